// The one line: when it was recorded it is empty again, under a new key, so that nothing is recorded twice. What lacks
// something (422) stays as it was typed, for whoever types on or says whom they meant.
const RECORDED = 200;

export function quick(page) {
  page.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt;
    if (!form.matches?.("form.quick") || event.detail.xhr.status !== RECORDED) return;
    form.reset();
    form.querySelector("[name=once]").value = crypto.randomUUID();
  });
}
