// A shared tablet locks while somebody is called away. What they had typed is kept in this tab, for them alone, and stands in the
// form again when they come back to it. Secrets are never kept.

import { phrase, say } from './page.js';

const KEPT = 12 * 3600_000;
const OWN = ['csrf_token', 'key', 'version', 'next'];  // of the page that ended, not of what somebody typed
const place = () => `draft ${document.body.dataset.person}`;
const ticked = field => field.type === 'checkbox' || field.type === 'radio';
const fieldsOf = form => [...form.elements].filter(field => field.name && !OWN.includes(field.name)
  && !['password', 'file', 'submit', 'button', 'fieldset'].includes(field.type));

function differs(field) {
  if (ticked(field)) return field.checked !== field.defaultChecked;
  if (field.tagName === 'SELECT') return [...field.options].some(option => option.selected !== option.defaultSelected);
  return field.type !== 'hidden' && field.value !== field.defaultValue;
}

/** Keep what is typed on this page and not sent. */
export function keepDraft() {
  const form = [...document.querySelectorAll('#content form')].find(each => fieldsOf(each).some(differs));
  if (!form || !document.body.dataset.person) return;
  const values = fieldsOf(form).filter(field => !ticked(field) || field.checked).map(field => [field.name, field.value]);
  const draft = { at: Date.now(), path: location.pathname + location.search, action: form.getAttribute('action'), values };
  try {
    sessionStorage.setItem(place(), JSON.stringify(draft));
  } catch { /* a browser that keeps nothing loses the words, and nothing else */ }
}

function take() {
  try {
    const draft = JSON.parse(sessionStorage.getItem(place()));
    return draft && Date.now() - draft.at < KEPT ? draft : undefined;
  } catch {
    return undefined;
  }
}

/** Whoever has come in finds what they had typed: in its form where that is on this page, else the way there. */
export function findDraft() {
  const draft = take();
  if (!draft) return;
  const here = draft.path === location.pathname + location.search;
  const form = here && [...document.querySelectorAll('#content form')].find(each => each.getAttribute('action') === draft.action);
  if (!form) return say('done', phrase('draft_kept'), { label: phrase('draft_open'), act: () => location.assign(draft.path) });
  sessionStorage.removeItem(place());
  fill(form, draft.values);
  say('done', phrase('draft_back'));
}

function fill(form, values) {
  const left = Map.groupBy(values, ([name]) => name);
  for (const field of fieldsOf(form)) {
    const kept = left.get(field.name);
    if (ticked(field)) field.checked = Boolean(kept?.some(([, value]) => value === field.value));
    else if (kept?.length) [, field.value] = kept.shift();
    field.dispatchEvent(new Event('input', { bubbles: true }));
    field.dispatchEvent(new Event('change', { bubbles: true }));
  }
}
