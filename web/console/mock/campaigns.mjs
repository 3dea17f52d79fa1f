// The built-in campaigns, as the API draws them. Numbers come from the patients (practice.mjs).
const step = (name, kind, summary) => ({ name, kind, summary });
const edge = (from, to, label = '') => ({ from, to, label });

export const campaigns = [
  {
    name: 'appointment-reminder', title: { en: 'Appointment reminder', fr: 'Rappel de rendez-vous', zh: '预约提醒' },
    purpose: 'direct-care', concern: 'general', cohort: 'event appointment.booked', success: '', first: 'three-days',
    steps: [
      step('three-days', 'wait', '3 days before appointment, at 10:00'), step('first', 'send', 'appointment-soon by email, sms'),
      step('one-day', 'wait', '1 day before appointment, at 10:00'), step('second', 'send', 'appointment-tomorrow by sms, email'),
      step('call', 'task', 'call · front-desk · due in 4 hours'), step('visit', 'wait', 'on appointment'), step('done', 'end', 'completed'),
    ],
    edges: [edge('three-days', 'first'), edge('three-days', 'one-day', 'passed'), edge('first', 'one-day'), edge('one-day', 'second'),
      edge('one-day', 'visit', 'passed'), edge('second', 'visit', 'sent'), edge('second', 'call', 'not sent'), edge('call', 'visit', 'reached'), edge('visit', 'three-days', 'moved'), edge('visit', 'done')],
  },
  {
    name: 'colorectal-screening', title: { en: 'Colorectal screening', fr: 'Dépistage colorectal', zh: '结直肠癌筛查' },
    purpose: 'operations', concern: 'cancer-screening', cohort: 'colorectal-screening-due', first: 'invite',
    success: 'exists ([Observation: "fit-test"] O where O.effective after enrolled)\n  or exists ([Procedure: "colonoscopy"] P where P.performed after enrolled)',
    steps: [
      step('invite', 'send', 'screening-invitation by email, sms'), step('two-weeks', 'wait-for', 'success, at most 14 days'),
      step('remind', 'send', 'screening-reminder by sms, email'), step('three-weeks', 'wait-for', 'success, at most 21 days'),
      step('call', 'task', 'call · navigators · due in 5 days'), step('booked', 'wait-for', 'success, at most 90 days'),
      step('result', 'branch', 'colonoscopy done · abnormal · normal · else'), step('abnormal', 'task', 'call · clinicians · due in 2 days · safety-critical'),
      step('unclear', 'task', 'review · clinicians · due in 2 days'), step('clinician', 'task', 'review · clinicians · due in 2 days'),
      step('done', 'end', 'completed'), step('declined', 'end', 'declined'), step('no-answer', 'end', 'no-answer'), step('reviewed', 'end', 'reviewed'),
    ],
    edges: [edge('invite', 'two-weeks', 'sent'), edge('invite', 'call', 'not sent'), edge('two-weeks', 'result', 'success'), edge('two-weeks', 'remind', 'too long'),
      edge('remind', 'three-weeks', 'sent'), edge('remind', 'call', 'not sent'), edge('three-weeks', 'result', 'success'), edge('three-weeks', 'call', 'too long'),
      edge('call', 'booked', 'booked'), edge('call', 'declined', 'declined'), edge('call', 'no-answer', 'unreachable'), edge('booked', 'result', 'success'),
      edge('booked', 'no-answer', 'too long'), edge('result', 'done', 'normal'), edge('result', 'abnormal', 'abnormal'), edge('result', 'unclear', 'else'),
      edge('abnormal', 'done', 'colonoscopy done'), edge('abnormal', 'clinician', 'not possible'), edge('unclear', 'done', 'normal'), edge('unclear', 'abnormal', 'abnormal'), edge('clinician', 'reviewed')],
  },
  {
    name: 'diabetes-hba1c', title: { en: 'Diabetes: long-term sugar test due', fr: "Diabète : contrôle de l'HbA1c à faire", zh: '糖尿病：糖化血红蛋白待检' },
    purpose: 'operations', concern: 'diabetes', cohort: 'diabetes-hba1c-due', first: 'write',
    success: 'exists ([Observation: "hba1c"] O where O.effective after enrolled)',
    steps: [
      step('write', 'send', 'hba1c-due by email, sms'), step('ten-days', 'wait-for', 'success, at most 10 days'), step('remind', 'send', 'hba1c-reminder by sms, email'),
      step('two-weeks', 'wait-for', 'success, at most 14 days'), step('call', 'task', 'call · navigators · due in 5 days'), step('booked', 'wait-for', 'success, at most 60 days'),
      step('done', 'end', 'completed'), step('declined', 'end', 'declined'), step('no-answer', 'end', 'no-answer'),
    ],
    edges: [edge('write', 'ten-days', 'sent'), edge('write', 'call', 'not sent'), edge('ten-days', 'done', 'success'), edge('ten-days', 'remind', 'too long'),
      edge('remind', 'two-weeks', 'sent'), edge('remind', 'call', 'not sent'), edge('two-weeks', 'done', 'success'), edge('two-weeks', 'call', 'too long'),
      edge('call', 'booked', 'booked'), edge('call', 'declined', 'declined'), edge('call', 'no-answer', 'unreachable'), edge('booked', 'done', 'success'), edge('booked', 'no-answer', 'too long')],
  },
  {
    name: 'welcome', title: { en: 'Welcome', fr: 'Bienvenue', zh: '欢迎' }, purpose: 'operations', concern: 'general',
    cohort: 'new-patients', success: '', first: 'pause',
    steps: [step('pause', 'wait', '1 day, until 10:00'), step('welcome', 'send', 'welcome by email, sms'), step('done', 'end', 'completed'), step('unsaid', 'end', 'not-said')],
    edges: [edge('pause', 'welcome'), edge('welcome', 'done', 'sent'), edge('welcome', 'unsaid', 'not sent')],
  },
];

/** One that the practice leaves out: nobody comes in any more, some have not finished. */
export const leftOut = [
  {
    name: 'flu-2025', title: { en: 'Flu vaccine 2025', fr: 'Vaccin contre la grippe 2025', zh: '2025年流感疫苗' }, purpose: 'operations', concern: 'general',
    cohort: 'by hand', success: '', first: 'months',
    steps: [step('months', 'wait', '3 months'), step('done', 'end', 'completed')],
    edges: [edge('months', 'done')],
  },
];

/** Content said at a send step: subject and text. */
export const contents = {
  'screening-invitation': ['A simple health check is waiting for you', 'at your age, doctors advise a check of the bowel from time to time, even when you feel well. It can find small changes early, when they are easy to treat.\n\nOur records do not show a recent check for you. There is a simple test that you can do at home. It takes a few minutes.\n\n- To get your test, call us on (617) 555-0100.\n- Have you had a check somewhere else? Please tell us, and we will put it in your record.'],
  'screening-reminder': ['Your health check is still waiting', 'our records do not show your check yet. Had it elsewhere, or any questions? Please call (617) 555-0100. Reply STOP to get no more texts.'],
  'hba1c-due': ['It is time for your regular blood test', 'our records do not show a regular blood test for you in the last six months. It helps you and us to see how things are going.\n\n- To choose a time, call us on (617) 555-0100. It takes about ten minutes.'],
  'hba1c-reminder': ['Your blood test', 'a regular blood test is due for you. Call (617) 555-0100 to choose a time. Reply STOP to get no more texts.'],
  'appointment-soon': ['Your visit on Monday', 'you have a visit at Riverside Practice on Monday at 4:30 PM.\n\nDoes the time still suit you? Then you need not do anything. If you cannot come, please call us on (617) 555-0100.'],
  'appointment-tomorrow': ['Your visit tomorrow', 'see you tomorrow at 4:30 PM at Riverside Practice. Cannot come? Call (617) 555-0100. Reply STOP to get no more texts.'],
  welcome: ['Welcome to Riverside Practice', 'thank you for your visit. You should not have to say things twice. Is something wrong or missing in our records? Call us on (617) 555-0100.'],
};
