// A short talk between a doctor and a patient. `think` and `type` are milliseconds.
export const talk = [
  { who: 'patient', think: 300, type: 900, text: 'Good morning, doctor. The new tablets make me a little sleepy.' },
  { who: 'doctor', think: 500, type: 800, text: 'Good morning! That is common in the first week. Do you take them in the morning?' },
  { who: 'patient', think: 400, type: 600, text: 'Yes, right after breakfast.' },
  { who: 'doctor', think: 400, type: 900, text: 'Then please try them after dinner instead, and tell me on Friday how it goes.' },
  { who: 'patient', think: 300, type: 500, text: 'I will. Thank you 🙏' },
];
