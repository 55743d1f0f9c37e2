// Charts in the page's own colours. A place names its kind and the script element that holds its data.
import { GraphChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, MarkLineComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { LabelLayout } from "echarts/features";
import { SVGRenderer } from "echarts/renderers";

echarts.use([AriaComponent, GraphChart, GridComponent, LabelLayout, LineChart, MarkLineComponent, SVGRenderer]);

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export function draw(place) {
  place.dataset.drawn = "yes";
  const data = JSON.parse(document.getElementById(place.dataset.chart).textContent);
  const chart = echarts.init(place, null, { renderer: "svg" });
  const fontFamily = getComputedStyle(document.body).fontFamily;
  // The table beside it says the numbers: a reader who hears the page is told what the picture shows, and no more.
  const aria = { enabled: true, label: { description: data.title } };
  const plain = { aria, animation: false, textStyle: { fontFamily } };
  const show = () => {
    chart.setOption({ ...plain, ...KINDS[data.kind](data) }, true);
    if (data.kind === "network") within(chart);
  };
  show();
  new ResizeObserver(() => {
    chart.resize();
    if (data.kind === "network") within(chart);
  }).observe(place);
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

// Forces push as far as they like: the whole is fitted into its place, with room for names at the right.
const NAME = 84;
const EDGE = 16;

function within(chart) {
  const found = chart.getModel().getSeriesByIndex(0).getData();
  const at = found.mapArray((place) => found.getItemLayout(place)).filter(Boolean);
  if (!at.length) return;
  const across = (way) => [Math.min(...at.map((one) => one[way])), Math.max(...at.map((one) => one[way]))];
  const [left, right] = across(0);
  const [top, bottom] = across(1);
  const wide = (chart.getWidth() - EDGE - NAME) / Math.max(1, right - left);
  const high = (chart.getHeight() - 2 * EDGE) / Math.max(1, bottom - top);
  const zoom = Math.min(1.5, wide, high);
  const middle = [(left + right) / 2 + (NAME - EDGE) / 2 / zoom, (top + bottom) / 2];
  chart.setOption({ series: [{ zoom, center: middle }] });
}

const KINDS = {
  // At least so much, with what chance: falling steps, with named marks. Up to an amount its own chance holds.
  curve: (data) => ({
    grid: { left: 56, right: 24, top: 16 + 18 * data.marks.length, bottom: 52 },
    xAxis: {
      type: "value", min: data.from, max: data.to, name: data.unit, nameLocation: "middle", nameGap: 30, ...axis(),
      axisLabel: { color: resolved("--ink-2"), showMinLabel: false, showMaxLabel: false },
      splitLine: { show: false },
    },
    yAxis: { type: "value", min: 0, max: 100, ...axis(), axisLabel: { formatter: "{value}\u00a0%", color: resolved("--ink-2") } },
    series: [{
      type: "line", step: "start", symbol: "none", data: data.points,
      lineStyle: { color: resolved("--accent"), width: 2.5 }, areaStyle: { color: resolved("--accent"), opacity: 0.08 },
      markLine: {
        symbol: "none", label: { formatter: "{b}", color: resolved("--ink-2") },
        data: data.marks.map((mark, place) => ({  // names that are near each other stand one above the other
          xAxis: mark.at, name: mark.name, lineStyle: { color: resolved(mark.colour) }, label: { distance: 4 + 18 * place },
        })),
      },
    }],
  }),
  // Who is tied to whom: members in the accent's colour, others grey, those without whom it falls apart ringed.
  network: (data) => ({
    series: [{
      type: "graph", layout: "force", roam: false, draggable: false,
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
