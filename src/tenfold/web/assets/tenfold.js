// What pages do by themselves: htmx swaps parts, keys move, drawers close. Nothing here knows what a page says.
import htmx from "htmx.org";

import { charts } from "./lazy.js";
import { drawers } from "./drawers.js";
import { keys } from "./keys.js";
import { toasts } from "./toasts.js";

window.htmx = htmx;
htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.historyCacheSize = 0; // personal pages are not kept in the browser's store

document.addEventListener("DOMContentLoaded", () => {
  keys(document);
  drawers(document);
  toasts(document);
  charts(document);
});
document.addEventListener("htmx:afterSettle", (event) => charts(event.target));
