// Choosing many interviews: one tick for all on the page, and how many are chosen. The forms work without it.

const form = document.getElementById("chosen");
const boxes = form ? [...document.querySelectorAll('input[name="id"][form="chosen"]')] : [];
const head = document.querySelector("th.pick");

if (form && head && boxes.length) {
  const all = document.createElement("input");
  all.type = "checkbox";
  const label = document.createElement("label");
  const words = document.createElement("span");
  words.className = "sr";
  words.textContent = "Choose all on this page";
  label.append(all, words);
  head.replaceChildren(label);

  const said = form.querySelector("[data-chosen]");
  const before = said.textContent;
  const show = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    all.checked = chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
    said.textContent = chosen ? `With the ${chosen} that ${chosen === 1 ? "is" : "are"} ticked` : before;
  };
  all.addEventListener("change", () => { for (const box of boxes) box.checked = all.checked; show(); });
  for (const box of boxes) box.addEventListener("change", show);
  // A browser that comes back to the page keeps the ticks.
  show();
}
