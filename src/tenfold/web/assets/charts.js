// Charts in the page's own colours. A place names its kind and the script element that holds its data.
import { BarChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, MarkLineComponent, TitleComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

echarts.use([
  AriaComponent, BarChart, GridComponent, LineChart, MarkLineComponent, SVGRenderer, TitleComponent, TooltipComponent,
]);

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export function draw(place) {
  place.dataset.drawn = "yes";
  const data = JSON.parse(document.getElementById(place.dataset.chart).textContent);
  const chart = echarts.init(place, null, { renderer: "svg" });
  const fontFamily = getComputedStyle(document.body).fontFamily;
  const plain = { aria: { enabled: true }, animation: false, textStyle: { fontFamily } };
  const show = () => chart.setOption({ ...plain, ...KINDS[data.kind](data) }, true);
  show();
  new ResizeObserver(() => chart.resize()).observe(place);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
}

const axis = () => ({
  axisLabel: { color: resolved("--ink-2") },
  axisLine: { lineStyle: { color: resolved("--line-2") } },
  nameTextStyle: { color: resolved("--ink-2") },
  splitLine: { lineStyle: { color: resolved("--line") } },
});

// light-dark() is a function that only an element can resolve.
function resolved(name) {
  const probe = document.createElement("span");
  probe.hidden = true;
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found || colour(name);
}

const title = (data) => ({ text: data.title, textStyle: { color: resolved("--ink"), fontSize: 14, fontWeight: 600 } });

const KINDS = {
  // At least so much, with what chance: falling steps, with named marks. Up to an amount its own chance holds.
  curve: (data) => ({
    title: title(data),
    grid: { left: 48, right: 64, top: 64, bottom: 36 },
    xAxis: { type: "value", min: data.from, max: data.to, name: data.unit, ...axis(), splitLine: { show: false } },
    yAxis: { type: "value", min: 0, max: 100, ...axis(), axisLabel: { formatter: "{value}%", color: resolved("--ink-2") } },
    series: [{
      type: "line", step: "start", symbol: "none", data: data.points,
      lineStyle: { color: resolved("--accent"), width: 2.5 }, areaStyle: { color: resolved("--accent"), opacity: 0.08 },
      markLine: {
        symbol: "none", label: { formatter: "{b}", color: resolved("--ink-2") },
        data: data.marks.map((mark) => ({ xAxis: mark.at, name: mark.name, lineStyle: { color: resolved(mark.colour) } })),
      },
    }],
  }),
  // A number over time with its band.
  band: (data) => ({
    title: title(data),
    grid: { left: 48, right: 24, top: 48, bottom: 36 },
    xAxis: { type: "time", ...axis(), splitLine: { show: false } },
    yAxis: { type: "value", ...axis() },
    series: [
      { type: "line", stack: "band", symbol: "none", data: data.low, lineStyle: { opacity: 0 } },
      {
        type: "line", stack: "band", symbol: "none", data: data.width, lineStyle: { opacity: 0 },
        areaStyle: { color: resolved("--ink-3"), opacity: 0.15 },
      },
      { type: "line", symbol: "none", data: data.points, lineStyle: { color: resolved("--accent"), width: 2.5 } },
    ],
  }),
};
