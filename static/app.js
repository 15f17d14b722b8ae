// The page comes alive here. Everything works without it by links and forms; this makes it quick and keeps it fresh.

import { tellAges } from './js/ages.js';
import { board, make, phrase, say, serverTime } from './js/page.js';
import { openLink, setUpDialog } from './js/dialog.js';
import { setUpForms } from './js/forms.js';
import { setUpComment } from './js/comment.js';
import { setUpMentions } from './js/mention.js';
import { setUpFind } from './js/find.js';
import { listen } from './js/feed.js';
import { rememberFold } from './js/today.js';
import { setUpSuggest } from './js/suggest.js';
import { setUpUndo } from './js/undo.js';
import { setUpBoard } from './js/board.js';
import { setUpAlarms } from './js/alarm.js';
import { setUpFloor } from './js/floor.js';

// A server that fails has nothing to show in the page's place; a menu somebody opened stays open through a refresh.
if (window.htmx) {
  window.htmx.config.noSwap = [204, 304, '5xx'];
  window.htmx.config.morphIgnore = ['data-htmx-powered', 'open'];
  document.addEventListener('htmx:response:error', event => {
    if (event.detail.ctx.response.status >= 500) say('refused', phrase('broken_page'));
  });
  document.addEventListener('htmx:error', event => {
    if (!event.detail.ctx?.response) say('refused', phrase('offline_page'));
  });
}

const inField = target => target.closest?.('input, select, textarea, [contenteditable]');

function showKeys() {
  const rows = phrase('keys').split('\n').map(line => line.split('\t'));
  const list = make('dl', { className: 'facts list' }, ...rows.map(([key, what]) =>
    make('div', {}, make('dt', {}, make('kbd', { textContent: key })), make('dd', { textContent: what }))));
  const heading = make('h2', { textContent: phrase('keys_title'), id: 'keys-title' });
  const close = make('button', { type: 'button', className: 'button quiet', textContent: phrase('close'), autofocus: true });
  const dialog = make('dialog', { className: 'panel-dialog', id: 'keys' }, make('header', {}, heading, close), make('div', { className: 'body' }, list));
  dialog.setAttribute('aria-labelledby', heading.id);
  close.onclick = () => dialog.close();
  dialog.onclose = () => dialog.remove();
  document.body.append(dialog);
  dialog.showModal();
}

document.addEventListener('keydown', event => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || inField(event.target)) return;
  if (document.querySelector('dialog[open]')) return;
  const find = document.querySelector('[data-find], input[type="search"]');
  if (['/', '／', '、'].includes(event.key) && find) {  // the same key under a Chinese input method
    event.preventDefault();
    find.focus();
    find.select();
  }
  if (event.key === 'n' && document.body.dataset.call) {  // somebody calls
    event.preventDefault();
    openLink({ href: document.body.dataset.call });
  }
  if (event.key === '?') {
    event.preventDefault();
    showKeys();
  }
});

setInterval(() => tellAges(serverTime()), 60000);

// What cannot be done yet says why, instead of doing nothing.
document.addEventListener('click', event => {
  const button = event.target.closest?.('[aria-disabled="true"]');
  if (!button) return;
  event.preventDefault();
  event.stopPropagation();
  const reason = document.getElementById(button.getAttribute('aria-describedby')) ?? button.closest('.card')?.querySelector('.block');
  const sentence = reason?.textContent.trim() || button.title;
  if (sentence) say('refused', sentence);
}, true);

// A page that is made to be printed says so.
document.addEventListener('click', event => { if (event.target.closest?.('[data-print]')) print(); });

// Menus close when one looks elsewhere.
document.addEventListener('click', event => {
  for (const menu of document.querySelectorAll('details.menu-anchor[open]')) if (!menu.contains(event.target)) menu.open = false;
});

rememberFold();
const floor = 'floor' in document.body.dataset;
if (!floor) setUpDialog();  // a shared tablet shows forms as pages
setUpSuggest();
setUpForms();
setUpComment();
setUpMentions();
setUpFind();
setUpUndo();
if (board()) setUpBoard();
if (floor) setUpFloor();
setUpAlarms();
listen();
document.documentElement.dataset.ready = 'true';
