// A shared tablet locks while somebody is called away. What they had typed is kept in this tab, for
// them alone, and stands in the form again when they come back to it. Secrets are never kept.

const KEPT = 12 * 3600_000;
const OWN = ['csrf_token', 'key', 'version', 'next']; // of the page that ended
const SECRET = ['password', 'file', 'submit', 'button', 'fieldset'];
const draftName = () => `draft ${page.person}`;
const isTick = (field) => ['checkbox', 'radio'].includes(field.type);
const typedFields = (form) =>
  [...form.elements].filter(({ name, type }) =>
    name && !OWN.includes(name) && !SECRET.includes(type)
  );

/** Keep what is typed on this page and not sent. */
function keepDraft() {
  const form = all('#content form').find((each) => typedFields(each).some(isDirty));
  if (!form || !page.person) return;
  const values = typedFields(form).filter((field) => !isTick(field) || field.checked)
    .map((field) => [field.name, field.value]);
  const path = location.pathname + location.search;
  keep(draftName(), { at: Date.now(), path, action: form.getAttribute('action'), values });
}

/** Whoever has come in finds what they had typed: in its form where that is on this page, else the
 * way there. */
function findDraft() {
  const draft = recall(draftName());
  if (!draft || Date.now() - draft.at > KEPT) return;
  const here = draft.path === location.pathname + location.search;
  const forms = here ? all('#content form') : [];
  const form = forms.find((each) => each.getAttribute('action') === draft.action);
  if (!form) {
    const act = () => location.assign(draft.path);
    return say('done', phrase('draft_kept'), { label: phrase('draft_open'), act });
  }
  keep(draftName(), null);
  for (const field of typedFields(form)) {
    const found = draft.values.findIndex(([name, value]) =>
      name === field.name && (!isTick(field) || value === field.value)
    );
    if (isTick(field)) field.checked = found >= 0;
    else if (found >= 0) [[, field.value]] = draft.values.splice(found, 1);
    for (const type of ['input', 'change']) field.dispatchEvent(new Event(type, { bubbles: true }));
  }
  say('done', phrase('draft_back'));
}
