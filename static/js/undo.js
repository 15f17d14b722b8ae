// What was just done can be taken back for ten seconds: on a board by the button of its message, or
// by the key z the last of them; on a record's page by the form that stands there.

let ways = []; // {card, until, gone, act}: what can still be taken back, the last at the end

/** Say that something was done, with the way back that `form` (from the answer) opens. */
function sayWithUndo(sentence, form, act) {
  const { card, seconds } = form.dataset;
  const way = { card, until: Date.now() + seconds * 1000, act };
  const offer = {
    label: phrase('undo'),
    key: 'z',
    seconds: Number(seconds),
    act: () => goBack(way),
  };
  way.gone = say('done', sentence, offer);
  ways.push(way);
}

/** Something else was done with a card: what was done before can no longer be taken back. */
function noWayBack(card) {
  ways.filter((way) => way.card === card).forEach((way) => way.gone());
  ways = ways.filter((way) => way.card !== card && way.until > Date.now());
}

function goBack(way) {
  ways = ways.filter((other) => other !== way);
  way.gone();
  way.act();
}

/** Take back what was done last. */
function undoLast() {
  ways = ways.filter((way) => way.until > Date.now());
  if (ways.length) goBack(ways.at(-1));
  else if (byId('undo')) byId('undo').requestSubmit();
  else say('done', phrase('nothing_to_undo'));
}

/** Let the form of a page go when its seconds are over. */
function setUpUndo() {
  setInterval(() => {
    const form = byId('undo');
    if (!form) return;
    form.dataset.until ??= Date.now() + form.dataset.seconds * 1000;
    if (Date.now() < form.dataset.until || isBusy(form)) return;
    const focused = form.contains(document.activeElement);
    form.closest('.notice').remove();
    if (focused) byId('content').focus();
  }, 500);
}
