// What somebody is writing stays theirs: a page takes newer numbers when the form is sent, emptied or closed again.
const WAIT = 1000; // milliseconds
const FOLLOWS = ".banner, [hx-trigger*='numbers']"; // asks whether numbers are newer, or takes them in

export function unfinished(page) {
  for (const moment of ["htmx:beforeRequest", "htmx:beforeOnLoad"]) page.addEventListener(moment, hold);
  page.addEventListener("htmx:afterRequest", done);
}

function hold(event) {
  const { elt, requestConfig } = event.detail;
  const own = requestConfig.triggeringEvent?.type === "recorded"; // what one has just sent oneself
  if (own || !elt.matches(FOLLOWS) || !writing(elt.ownerDocument)) return;
  event.preventDefault();
  setTimeout(() => window.htmx.trigger(elt.ownerDocument.body, "numbers"), WAIT);
}

function writing(page) {
  if (page.querySelector("main details.ask[open]")) return true;
  const fields = page.querySelectorAll("main form[method=post] :is(input:not([type=hidden]), textarea)");
  return [...fields].some((one) => one.checked !== one.defaultChecked || one.value !== one.defaultValue);
}

function done(event) {
  const { elt, xhr } = event.detail;
  if (!elt.matches("main form") || xhr.getResponseHeader("HX-Trigger") !== "recorded") return;
  elt.reset();
  elt.closest("details.ask")?.removeAttribute("open");
}
