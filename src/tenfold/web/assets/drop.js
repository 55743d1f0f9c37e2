// A file that is dropped anywhere on a page goes to the page that reads files. A field for files takes its own.
const FIELD = "input[type=file]";

export function drop(page) {
  const form = page.querySelector("#drop");
  if (!form) return;
  let inside = 0; // how many elements deep the file is held over the page
  const brings = (event) => event.dataTransfer?.types.includes("Files") && !event.target.closest?.(FIELD);
  const held = (change) => {
    inside = Math.max(0, inside + change);
    form.hidden = inside === 0;
  };

  page.addEventListener("dragenter", (event) => brings(event) && held(1));
  page.addEventListener("dragleave", (event) => brings(event) && held(-1));
  page.addEventListener("dragover", (event) => brings(event) && event.preventDefault());
  page.addEventListener("drop", (event) => {
    if (!brings(event)) return;
    event.preventDefault();
    held(-inside);
    if (event.dataTransfer.files.length !== 1) {
      page.querySelector("#toasts").append(toast(page, form.dataset.several));
      return;
    }
    form.querySelector(FIELD).files = event.dataTransfer.files;
    form.submit();
  });
}

function toast(page, text) {
  const told = page.createElement("div");
  told.className = "toast-line";
  told.append(page.createElement("span"));
  told.firstChild.textContent = text;
  return told;
}
