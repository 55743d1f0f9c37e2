// Weights of needs: each slider says its points, and how many of all are given.
export function points(page) {
  page.addEventListener("input", (event) => {
    const weight = event.target.closest(".weight");
    if (!weight) return;
    weight.querySelector("output").value = event.target.value;
    const given = [...page.querySelectorAll(".weight input")].reduce((sum, one) => sum + Number(one.value), 0);
    page.querySelector("[data-given]").textContent = given;
  });
}
