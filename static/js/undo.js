// What was just done can be taken back for ten seconds: on a board by the form in its message, or
// by the key z the last of them; on a record's page by the form that stands there.

/** Something else was done with a card: what was done before can no longer be taken back. */
function noWayBack(card) {
  all(`.toast:has([data-card="${card}"])`).forEach((toast) => takeAway(toast));
}

/** Take back what was done last. */
function undoLast() {
  const last = all('form.undo').at(-1);
  if (last) last.requestSubmit();
  else say('done', phrase('nothing_to_undo'));
}

/** Wire the forms of the messages; let the one of a page go when its seconds are over. */
function setUpUndo() {
  on('submit', '.toast form.undo', (event, form) => {
    event.preventDefault();
    takeAway(form.parentElement);
    takeBack(form);
  }, true);
  setInterval(() => {
    const form = document.querySelector('.notice form.undo');
    if (!form || isBusy(form)) return;
    form.dataset.until ??= Date.now() + form.dataset.seconds * 1000;
    if (Date.now() >= form.dataset.until) takeAway(form.closest('.notice'), byId('content'));
  }, 500);
}
