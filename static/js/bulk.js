// Several cards at once: they are picked, and what can be done without a form, or with a signature alone, is done with each by
// its own request, with its own key. Every card answers for itself: done, or refused with the sentence.

import { announce, board, make, phrase } from './page.js';
import { cardsOf, columns, flowOf, onChange, replaceColumns } from './columns.js';
import { csrfToken, logIn, send } from './send.js';
import { hold, refresh, settle } from './feed.js';
import { actionsOf, nextKey } from './move.js';
import { signTogether, told } from './together.js';
import { noWayBack } from './undo.js';

const picked = new Set(); // ids of cards
let last;                 // the one picked last: a range begins there
let choosing = false;     // every card shows its box
let running = false;

const cardOf = id => document.getElementById(id);
const inOrder = () => columns().flatMap(cardsOf);
const cards = () => inOrder().filter(card => picked.has(card.id));

/** A card's box, once it is pointed at, has the focus, or boxes are wanted everywhere. */
function box(card) {
  if (!card || card.querySelector('.pick') || card.closest('.waited')) return;
  const pick = make('button', { type: 'button', className: 'pick', tabIndex: -1 });
  pick.setAttribute('aria-label', phrase('pick', { ref: card.dataset.record }));
  pick.setAttribute('aria-pressed', picked.has(card.id));
  card.append(pick);
}

function show() {
  for (const id of picked) if (!cardOf(id) || cardOf(id).closest('.waited')) picked.delete(id);
  for (const card of inOrder()) {
    if (choosing || picked.has(card.id)) box(card);
    card.classList.toggle('picked', picked.has(card.id));
    card.querySelector('.pick')?.setAttribute('aria-pressed', picked.has(card.id));
  }
  board().classList.toggle('choosing', choosing);
  showBar();
}

function toggle(card, range) {
  if (running || card.closest('.waited')) return;
  const mine = cardsOf(card.closest('.column'));
  const from = range && last ? mine.indexOf(cardOf(last)) : -1;
  if (from >= 0) {
    const to = mine.indexOf(card);
    mine.slice(Math.min(from, to), Math.max(from, to) + 1).forEach(each => picked.add(each.id));
  } else if (!picked.delete(card.id)) picked.add(card.id);
  last = card.id;
  show();
  announce(phrase('picked', { count: picked.size }));
}

function clear() {
  picked.clear();
  choosing = false;
  show();
}

/** What can be done with some of the picked cards without a form of their own: {name, label, ways: card's id → way}. */
function offers() {
  const found = new Map();
  for (const card of cards()) {
    for (const way of actionsOf(card)) {
      if (way.form && !way.signed || !way.label) continue;
      const name = `${flowOf(card)}.${way.action}`;
      if (!found.has(name)) found.set(name, { name, label: way.label, signed: way.signed, ways: new Map() });
      found.get(name).ways.set(card.id, way);
    }
  }
  return [...found.values()].filter(offer => [...offer.ways.values()].some(way => !way.refusal));
}

function showBar() {
  const old = document.getElementById('bulk');
  if (!picked.size && !choosing) return old?.remove();
  const bar = old ?? make('div', { className: 'bulk-bar', id: 'bulk' });
  bar.setAttribute('role', 'region');
  bar.setAttribute('aria-label', phrase('picked_cards'));
  const had = bar.contains(document.activeElement) && document.activeElement.dataset.bulk;
  const free = way => !way.refusal;
  const buttons = offers().map(offer => {
    const able = [...offer.ways.values()].filter(free).length;
    const button = make('button', { type: 'button', className: 'button', disabled: running, onclick: () => run(offer),
      textContent: able === picked.size ? offer.label : phrase('some_of', { action: offer.label, count: able }) });
    button.dataset.bulk = offer.name;
    return button;
  });
  const none = picked.size && !buttons.length ? make('span', { className: 'why', textContent: phrase('nothing_for_all') }) : null;
  const leave = make('button', { type: 'button', className: 'button quiet', disabled: running, onclick: clear, textContent: phrase('cancel') });
  bar.replaceChildren(make('b', { textContent: phrase('picked', { count: picked.size }) }), ...[none, ...buttons, leave].filter(Boolean));
  if (!old) document.body.append(bar);
  if (had) bar.querySelector(`[data-bulk="${had}"]`)?.focus();
}

/** Do it with each, one after the other: each its own transaction. */
async function run(offer) {
  running = true;
  showBar();
  const all = cards().map(({ id, dataset: { record: ref, version } }) => ({ id, ref, version, way: offer.ways.get(id) }));
  const able = all.filter(({ way }) => way && !way.refusal);
  const did = await (offer.signed ? signTogether(offer.label, able) : doEach(able));
  running = false;
  if (did === 'away') return logIn();
  if (!did) return show();
  for (const { id } of did.filter(({ done }) => done)) {
    picked.delete(id);
    noWayBack(id);
  }
  const page = did.map(each => each.page).findLast(each => each?.querySelector('.column'));
  if (page) await replaceColumns(page);
  choosing = false;
  show();
  const became = new Map(did.map(each => [each.id, each]));
  tell(offer.label, all.map(({ id, ref, way }) => became.get(id)
    ?? { ref, sentence: way?.refusal ?? phrase(way ? 'lost' : 'not_here', { ref, action: offer.label }) }));
  refresh();
}

async function doEach(able) {
  const results = [];
  for (const { id, ref, version, way } of able) {
    const data = new FormData();
    data.set('version', version);
    data.set('key', nextKey());
    data.set('csrf_token', csrfToken());
    const answer = await send(way.url, data);
    if (answer.kind === 'away') return 'away';
    results.push({ id, ref, done: answer.kind === 'done', sentence: told(answer), page: answer.page });
  }
  return results;
}

/** What became of each. */
function tell(label, results) {
  const done = results.filter(result => result.done).length;
  const summary = phrase('bulk_done', { done, refused: results.length - done });
  const heading = make('h2', { textContent: `${label}: ${summary}`, id: 'bulk-title' });
  const close = make('button', { type: 'button', className: 'button quiet', textContent: phrase('close'), onclick: () => dialog.close() });
  const rows = results.map(result => make('li', { className: result.done ? 'done' : 'refused' },
    make('b', { textContent: result.ref }), ' ', make('span', { className: result.done ? 'badge passed' : 'badge failed', textContent: phrase(result.done ? 'is_done' : 'is_refused') }),
    make('p', { textContent: result.sentence })));
  const dialog = make('dialog', { className: 'panel-dialog', id: 'bulk-results' }, make('header', {}, heading, close),
    make('div', { className: 'body' }, make('ul', { className: 'bulk-results' }, ...rows)));
  dialog.setAttribute('aria-labelledby', heading.id);
  dialog.addEventListener('close', () => { dialog.remove(); settle(); });
  document.body.append(dialog);
  dialog.showModal();
  close.focus();
  announce(summary);
}

export function setUpBulk() {
  hold(() => running);
  onChange(show);
  for (const event of ['pointerover', 'focusin']) board().addEventListener(event, ({ target }) => box(target.closest('.card')));
  board().addEventListener('click', event => {
    const card = event.target.closest('.card');
    if (!card || event.button) return;
    if (!event.target.closest('.pick') && !(event.shiftKey && picked.size)) return;
    event.preventDefault();
    event.stopPropagation();
    toggle(card, event.shiftKey);
  }, true);
  board().addEventListener('keydown', event => {
    const card = event.target.closest('.card');
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.target.matches('input, select, textarea')) return;
    if (card && (event.key === 'x' || event.key === 'X')) toggle(card, event.shiftKey);
    else if (event.key === 'Escape' && picked.size && !running) clear();
    else return;
    event.preventDefault();
  });
  const starter = document.getElementById('pick-cards');
  if (!starter) return;
  starter.hidden = false;
  starter.addEventListener('click', () => { if (choosing || picked.size) clear(); else { choosing = true; show(); } });
}
