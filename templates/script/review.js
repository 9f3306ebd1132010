// The report on a screen: where one is, and what a figure means. Without script all links still lead on.
// 1 The section in view is marked in the navigation.
const links = new Map([...document.querySelectorAll("nav.screen a")].map((link) => [link.hash.slice(1), link]));
const sections = [...links.keys()].map((id) => document.getElementById(id));

function mark() {
  const line = innerHeight / 3;
  const passed = sections.filter((section) => section.getBoundingClientRect().top <= line);
  const bottom = scrollY + innerHeight >= document.documentElement.scrollHeight - 2;
  const here = (bottom ? sections : passed).at(-1) ?? sections[0];
  const link = links.get(here.id);
  if (link.hasAttribute("aria-current")) return;
  links.forEach((other) => other.removeAttribute("aria-current"));
  link.setAttribute("aria-current", "true");
  const bar = link.closest("nav");
  bar.scrollLeft = link.offsetLeft - (bar.clientWidth - link.offsetWidth) / 2;
}

let waiting = false;
addEventListener("scroll", () => {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => { waiting = false; mark(); });
}, { passive: true });
addEventListener("resize", mark);
mark();

// 2 The definition of a figure: on hover, on focus, on the first tap. Escape puts it away.
const card = document.getElementById("definition");
const [name, formula, hint] = card.children;
let shown = null;
let focused = false;
let leaving = 0;

function show(figure, byFocus) {
  clearTimeout(leaving);
  const row = document.querySelector(`#definitions [data-row="${figure.dataset.figure}"]`);
  if (!row || shown === figure) return;
  hide();
  shown = figure;
  focused = byFocus;
  name.textContent = row.cells[0].firstChild.textContent;
  formula.textContent = row.cells[2].firstChild.textContent;
  hint.hidden = !figure.href;
  card.hidden = false;
  figure.setAttribute("aria-describedby", card.id);
  place();
}

function place() {
  if (!shown) return;
  const at = shown.getBoundingClientRect();
  const left = Math.max(8, Math.min(at.left, document.documentElement.clientWidth - card.offsetWidth - 8));
  const above = at.top - card.offsetHeight - 6;
  card.style.left = `${left}px`;
  card.style.top = `${above > 48 ? above : at.bottom + 6}px`;
}

function hide() {
  clearTimeout(leaving);
  card.hidden = true;
  shown?.removeAttribute("aria-describedby");
  shown = null;
}

const figureAt = (event) => (event.target instanceof Element ? event.target.closest("a[data-figure]") : null);
const leave = () => { clearTimeout(leaving); leaving = setTimeout(hide, 200); };
let tapped = false;

addEventListener("pointerover", (event) => {
  if (event.pointerType === "touch") return;
  const figure = figureAt(event);
  if (figure) show(figure, false);
  else if (card.contains(event.target)) clearTimeout(leaving);
  else if (shown && !focused) leave();
});
addEventListener("pointerdown", (event) => { tapped = event.pointerType === "touch"; });
addEventListener("focusin", (event) => {
  const figure = figureAt(event);
  if (!figure) hide();
  else if (!tapped) show(figure, true);
});
addEventListener("click", (event) => {
  const figure = figureAt(event);
  if (tapped && figure && shown !== figure) {
    event.preventDefault();
    show(figure, true);
  } else if (!figure && !card.contains(event.target)) {
    hide();
  }
  tapped = false;
});
addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
addEventListener("scroll", place, { passive: true, capture: true });
