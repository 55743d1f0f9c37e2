// The Why drawer: a link with data-why opens it over the page, with an address of its own. Back goes one door back; Escape,
// the veil and Close leave all of them.
const PLACE = "#drawer";
const STOPS = "a[href], button:not([disabled]), input, summary";

export function drawers(page) {
  let opener = null;
  const depth = () => history.state?.depth ?? 0;
  const leave = () => history.go(-depth());

  page.addEventListener("click", (event) => {
    const door = event.target.closest("a[data-why]");
    if (door && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      opener = opener ?? door;
      open(page, door.href);
      history.pushState({ why: door.href, depth: depth() + 1 }, "", door.href);
    }
    if (event.target.closest("[data-close-why]")) {
      event.preventDefault();
      leave();
    }
  });
  page.addEventListener("keydown", (event) => {
    const drawer = page.querySelector(`${PLACE} .drawer`);
    if (!drawer) return;
    if (event.key === "Escape") leave();
    if (event.key === "Tab") keepInside(drawer, event);
  });
  window.addEventListener("popstate", (event) => {
    if (event.state?.why) {
      open(page, event.state.why);
    } else {
      page.querySelector(PLACE).replaceChildren();
      opener?.focus();
      opener = null;
    }
  });
}

function open(page, address) {
  window.htmx.ajax("GET", address, { target: PLACE, swap: "innerHTML" }).then(() => {
    page.querySelector(`${PLACE} [autofocus]`)?.focus();
  });
}

function keepInside(drawer, event) {
  const stops = [...drawer.querySelectorAll(STOPS)];
  const first = stops[0];
  const last = stops[stops.length - 1];
  if (event.shiftKey && document.activeElement === first) {
    event.preventDefault();
    last.focus();
  } else if (!event.shiftKey && document.activeElement === last) {
    event.preventDefault();
    first.focus();
  }
}
