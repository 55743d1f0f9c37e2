// What pages do by themselves: htmx swaps parts, keys move, drawers close. Nothing here knows what a page says.
import htmx from "htmx.org";

import { choosing } from "./choosing.js";
import { charts } from "./lazy.js";
import { drop } from "./drop.js";
import { drawers } from "./drawers.js";
import { keys } from "./keys.js";
import { passkeys } from "./passkeys.js";
import { points } from "./points.js";
import { quick } from "./quick.js";
import { toasts } from "./toasts.js";
import { unfinished } from "./unfinished.js";

window.htmx = htmx;
htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.historyCacheSize = 0; // personal pages are not kept in the browser's store
htmx.config.responseHandling = [
  { code: "204", swap: false },
  { code: "[23]..", swap: true },
  { code: "422", swap: true }, // what is missing stands where it is missing
  { code: "[45]..", swap: false, error: true },
];

document.addEventListener("DOMContentLoaded", () => {
  keys(document);
  points(document);
  quick(document);
  drawers(document);
  toasts(document);
  passkeys(document);
  charts(document);
  choosing(document);
  drop(document);
  unfinished(document);
});
document.addEventListener("htmx:afterSettle", (event) => charts(event.target));
