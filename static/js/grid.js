// A grid of pairs by keys: arrows go from cell to cell, Enter opens the form of one where it
// stands, Escape leaves it. One form is open at a time, so that nothing typed is lost.

const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** The way into the next cell in a direction that has one. */
function neighbour(link, [down, across]) {
  const table = link.closest('table');
  const cell = link.closest('td');
  let [row, column] = [cell.parentElement.rowIndex, cell.cellIndex];
  for (;;) {
    [row, column] = [row + down, column + across];
    const next = table.rows[row]?.cells[column];
    if (next?.tagName !== 'TD') return null;
    const way = next.querySelector('a.pair');
    if (way) return way;
  }
}

document.addEventListener('keydown', (event) => {
  if (event.defaultPrevented || modified(event)) return;
  const form = event.target.closest('.pairs form');
  const link = event.target.closest('a.pair');
  if (form && event.key === 'Escape') form.querySelector('[data-leave]').click();
  else if (link && event.key in ARROWS) neighbour(link, ARROWS[event.key])?.focus();
  else return;
  event.preventDefault();
});

on('click', '.pairs a.pair', (event, link) => {
  const open = link.closest('table').querySelector('form');
  if (!open) return;
  event.preventDefault();
  event.stopPropagation();
  open.querySelector(FIELDS)?.focus();
}, true);
