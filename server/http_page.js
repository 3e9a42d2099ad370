
'use strict';
const announce = document.getElementById('copied');

// Over plain HTTP browsers offer no clipboard but that of the selection.
async function copy(code) {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(code.textContent);
    return true;
  }
  getSelection().selectAllChildren(code);
  return document.execCommand('copy');
}

for (const block of document.querySelectorAll('.code')) {
  const button = document.createElement('button');
  const code = block.querySelector('pre');
  button.type = 'button';
  button.textContent = 'Copy';
  button.setAttribute('aria-label', 'Copy: ' + block.dataset.name);
  button.addEventListener('click', async () => {
    const copied = await copy(code).catch(() => false);
    if (!copied) getSelection().selectAllChildren(code);
    button.textContent = copied ? 'Copied' : 'Selected';
    announce.textContent = block.dataset.name + (copied ? ': copied' : ': not copied, but selected');
    setTimeout(() => { button.textContent = 'Copy'; announce.textContent = ''; }, 3000);
  });
  code.before(button);
}
