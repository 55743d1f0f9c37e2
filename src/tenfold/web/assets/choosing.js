// A list in which several are chosen: one box chooses all that are shown, or none.
export function choosing(page) {
  page.addEventListener("change", (event) => {
    const every = event.target.dataset?.all;
    if (!every) return;
    for (const one of event.target.closest("table").querySelectorAll(`input[name="${every}"]`)) {
      one.checked = event.target.checked;
    }
  });
}
