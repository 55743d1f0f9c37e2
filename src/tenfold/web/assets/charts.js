// Charts in the page's own colours. A place names its kind and the script element that holds its data.
import { GraphChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, MarkLineComponent, TitleComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { LabelLayout } from "echarts/features";
import { SVGRenderer } from "echarts/renderers";

echarts.use([AriaComponent, GraphChart, GridComponent, LabelLayout, LineChart, MarkLineComponent, SVGRenderer, TitleComponent]);

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
  // Who is tied to whom: members in the accent's colour, others grey, those without whom it falls apart ringed.
  network: (data) => ({
    title: title(data),
    series: [{
      type: "graph", layout: "force", roam: false, draggable: false, top: 48, bottom: 24, left: 48, right: 48,
      force: { initLayout: "circular", layoutAnimation: false, repulsion: 160, edgeLength: [40, 120], gravity: 0.15 },
      label: { show: true, position: "right", color: resolved("--ink-2"), fontSize: 11 },
      labelLayout: { hideOverlap: true },
      lineStyle: { color: resolved("--ink-3"), opacity: 0.5 },
      data: data.nodes.map((node) => ({
        name: node.name, id: node.id, symbolSize: node.size,
        itemStyle: {
          color: resolved(node.member ? "--accent" : "--ink-3"),
          borderColor: resolved(node.cuts ? "--warn" : "--sheet"), borderWidth: node.cuts ? 3 : 1,
        },
      })),
      links: data.ties.map(([a, b, talks]) => ({
        source: a, target: b, lineStyle: { width: Math.min(6, 1 + Math.log2(talks)) },
      })),
    }],
  }),
};
