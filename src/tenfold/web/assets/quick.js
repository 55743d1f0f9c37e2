// The one line: when it was recorded it is empty again, under a new key, so that nothing is recorded twice. What lacks
// something (422) stays as it was typed, for whoever types on or says whom they meant. Whoever types on while a line is
// being recorded loses nothing: what came after it stays, and is a line of its own. What takes longer than a moment says
// so, by a timer and not by a delay of CSS: nobody who wants little motion goes without it.
const RECORDED = 200;
const MOMENT = 200; // milliseconds under which nothing is shown

export function quick(page) {
  const sent = new WeakMap(); // form → the text that it sent last
  const timers = new WeakMap(); // form → what will say that it waits

  const waitsNoMore = (form) => {
    clearTimeout(timers.get(form));
    form.querySelector(".waiting").textContent = "";
  };
  const waits = (form) => {
    const sign = form.querySelector(".waiting");
    waitsNoMore(form);
    timers.set(form, setTimeout(() => (sign.textContent = sign.dataset.said), MOMENT));
  };

  page.addEventListener("htmx:configRequest", (event) => {
    const form = event.detail.elt;
    if (!form.matches?.("form.quick")) return;
    const { line, once } = form.elements;
    if (sent.has(form) && sent.get(form) !== line.value) once.value = crypto.randomUUID();
    event.detail.parameters.once = once.value;
    sent.set(form, line.value);
  });

  page.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.detail.elt;
    if (form.matches?.("form.quick")) waits(form);
  });

  page.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt;
    if (!form.matches?.("form.quick")) return;
    waitsNoMore(form);
    if (event.detail.xhr.status !== RECORDED) return;
    const { line, once } = form.elements;
    const recorded = sent.get(form) ?? line.value;
    const further = line.value.startsWith(recorded) ? line.value.slice(recorded.length) : line.value;
    sent.delete(form);
    form.reset();
    line.value = further;
    once.value = crypto.randomUUID();
  });
}
