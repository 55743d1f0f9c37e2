// The Why drawer: a link with data-why opens it over the page, with an address of its own; back, Escape and the veil close it.
const PLACE = "#drawer";

export function drawers(page) {
  let opener = null;

  page.addEventListener("click", (event) => {
    const door = event.target.closest("a[data-why]");
    if (door && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      opener = opener ?? door;
      open(page, door.href);
      history.pushState({ why: door.href }, "", door.href);
    }
    if (event.target.closest("[data-close-why]")) {
      event.preventDefault();
      history.back();
    }
  });
  page.addEventListener("keydown", (event) => {
    const drawer = page.querySelector(`${PLACE} .drawer`);
    if (!drawer) return;
    if (event.key === "Escape") history.back();
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
  const stops = [...drawer.querySelectorAll("a[href], button:not([disabled]), input, summary")];
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
