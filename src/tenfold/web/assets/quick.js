// The one line: when it was recorded it is empty again, under a new key, so that nothing is recorded twice.
export function quick(page) {
  page.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt;
    if (!form.matches?.("form.quick") || !event.detail.successful) return;
    form.reset();
    form.querySelector("[name=once]").value = crypto.randomUUID();
  });
}
