// Sorting of tables and choice of the run whose classes are shown. The page says the same without it.
for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    if (!head.dataset.sort) return;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") !== "descending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const key = (row) => row.cells[column].dataset.value ?? row.cells[column].textContent.trim();
      const missing = (value) => value === "";
      const rows = [...table.tBodies[0].rows];
      rows.sort((first, second) => {
        const [x, y] = [key(first), key(second)];
        if (missing(x) || missing(y)) return missing(x) - missing(y);
        const order = head.dataset.sort === "number" ? Number(x) - Number(y) : x.localeCompare(y);
        return down ? -order : order;
      });
      table.tBodies[0].append(...rows);
    });
  });
}
for (const select of document.querySelectorAll("select[data-shows]")) {
  const show = () => {
    for (const block of document.querySelectorAll(`[data-group="${select.dataset.shows}"]`)) {
      block.hidden = block.id !== select.value;
    }
  };
  select.closest(".chooser").hidden = false;
  select.addEventListener("change", show);
  show();
}
