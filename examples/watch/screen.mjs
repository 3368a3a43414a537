// What the two people see, side by side in one terminal: each line says on whose screen it appears.
const colours = process.stdout.isTTY && !process.env.NO_COLOR;
const paint = (code, text) => (colours ? `\u001b[${code}m${text}\u001b[0m` : text);

export const dim = (text) => paint(2, text);
export const bold = (text) => paint(1, text);
const side = { doctor: (text) => paint(36, text), patient: (text) => paint(33, text) };

// Whatever a name or a message holds, it must not steer the terminal.
const plain = (text) => text.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, ' ');

const clock = (createdAt) => createdAt.slice(11, 16);

/** `viewer` is `doctor` or `patient`: whose screen it is. */
export function show(viewer, text) {
  console.log(`${side[viewer](`${viewer}'s screen`.padEnd(17))} ${text}`);
}

export function showMessage(viewer, message, tick = '') {
  const author = side[message.senderRole.toLowerCase()] ?? bold;
  show(viewer, `${dim(clock(message.createdAt))} ${author(plain(message.senderName))}: ${plain(message.text)} ${dim(tick)}`);
}

export function showTyping(viewer, name) {
  show(viewer, dim(`${plain(name)} is typing …`));
}

export function showRead(viewer, text) {
  show(viewer, dim(`✓✓ read: "${plain(text)}"`));
}
