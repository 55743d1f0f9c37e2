// Keys of every page: / goes to the one line, Escape leaves what is open.
const TYPING = "input, textarea, select, [contenteditable]";

export function keys(page) {
  page.addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.target.matches(TYPING)) {
      event.preventDefault();
      page.querySelector("#quick-line")?.focus();
    }
    if (event.key === "Escape") {
      for (const open of page.querySelectorAll("details[data-menu][open]")) open.removeAttribute("open");
    }
  });
  page.addEventListener("click", (event) => {
    for (const open of page.querySelectorAll("details[data-menu][open]")) {
      if (!open.contains(event.target)) open.removeAttribute("open");
    }
  });
}
