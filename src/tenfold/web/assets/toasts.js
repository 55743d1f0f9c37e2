// A toast stays for ten seconds (data-seconds), longer while somebody points at it or is inside it.
export function toasts(page) {
  const place = page.querySelector("#toasts");
  if (!place) return;
  new MutationObserver((changes) => {
    for (const change of changes) for (const node of change.addedNodes) if (node.nodeType === 1) leave(node);
  }).observe(place, { childList: true });
  for (const node of place.children) leave(node);
}

function leave(toast) {
  const seconds = Number(toast.dataset.seconds ?? 10);
  const wait = () => {
    if (toast.matches(":hover, :focus-within")) setTimeout(wait, 1000);
    else toast.remove();
  };
  setTimeout(wait, seconds * 1000);
}
