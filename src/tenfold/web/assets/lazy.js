// Charts are fetched when a page has one; each draws the table beside it, so that nothing is said by a picture alone.
export function charts(within) {
  const places = within.querySelectorAll?.("[data-chart]:not([data-drawn])") ?? [];
  if (places.length === 0) return;
  const source = document.querySelector("meta[name=charts]").content;
  import(source).then(({ draw }) => {
    for (const place of places) draw(place);
  });
}
