// What is wider than the screen scrolls on its own, and then the keyboard reaches it too, by a name.
const scrolling = new ResizeObserver((entries) => entries.forEach((entry) => reach(entry.target)));

function reach(box) {
  if (box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight) {
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    const title = box.querySelector("table[aria-labelledby]")?.getAttribute("aria-labelledby");
    const section = box.closest("section[aria-labelledby]")?.getAttribute("aria-labelledby");
    box.setAttribute("aria-labelledby", title ?? section ?? "");
  } else {
    for (const name of ["tabindex", "role", "aria-labelledby"]) box.removeAttribute(name);
  }
}

document.querySelectorAll(".wide, .row > *, main :has(> table)").forEach((box) => scrolling.observe(box));
