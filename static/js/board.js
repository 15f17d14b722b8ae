// A department's board: everything that only a page with a board needs.

import { board } from './page.js';
import { changed, readFurther, readOnScroll } from './columns.js';
import { around, hold } from './feed.js';
import { openLink, usually } from './dialog.js';
import { actionsOf, move, moving, offerMoves, same, settle, submit } from './move.js';
import { dragging, setUpDrag } from './drag.js';
import { lifting, setUpKeyboard } from './keyboard.js';
import { setUpBulk } from './bulk.js';
import { setUpFolding } from './fold.js';
import { keepPlace } from './place.js';

/** Bring the board to life. */
export function setUpBoard() {
  hold(() => dragging() || lifting() || moving());
  around(async fresh => { for (const column of fresh.querySelectorAll('.column')) await readFurther(column); }, changed);
  usually({ answered: answer => settle(undefined, {}, answer) });
  setUpFolding();
  setUpDrag();
  setUpKeyboard();
  setUpBulk();
  readOnScroll();
  keepPlace();
  // The second click of a double click would meet the card that moved up into the gap.
  board().addEventListener('click', event => {
    if (event.detail < 2 || !event.target.closest('.card')) return;
    event.preventDefault();
    event.stopPropagation();
  }, true);
  board().addEventListener('click', event => {
    if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const card = event.target.closest('.card');
    if (!card) return;
    if (event.target.closest('.grip, [data-move]')) { event.preventDefault(); offerMoves(card); return; }
    const link = event.target.closest('a[href]');
    const action = link && actionsOf(card).find(each => same(each.url, link.href));
    if (!action && !link?.matches('.next')) return;
    event.preventDefault();
    if (action) move(card, action);
    else openLink(link);
  });
  // A card's button may belong to a form that stands elsewhere on the page.
  document.addEventListener('submit', event => {
    if (!board().contains(event.submitter ?? event.target) || event.target.method !== 'post') return;
    event.preventDefault();
    submit(event.target, event.submitter);
  }, true);
}
