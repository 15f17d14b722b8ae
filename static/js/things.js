// The page of a product, a customer, a material or a line: its parts are changed where they stand
// (app/templates/master/_part.html). What htmx brings gets the focus, and what was saved is said.

/** Wire the parts, also those that htmx puts in their place. */
function setUpThings() {
  document.addEventListener('htmx:after:swap', ({ detail: { ctx } }) => {
    const part = document.querySelector('.thing') && ctx.select && byId(ctx.select.slice(1));
    if (!part) return;
    if (part.querySelector('form')) return placeFocus(part);
    const said = pageOf(ctx.text).querySelector('.content > .notice.good');
    if (said) say('done', said.textContent.trim());
    const heading = part.querySelector('h2');
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  });
}
