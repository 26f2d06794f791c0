"""Sentences for a synthetic record: short, plain, kind, and said of nobody.

Every list is drawn from by the generator; none of it comes from a real record. The demonstration needs words so that a
reader sees where a child's voice, a worker's thinking and a manager's reasons stand in a case.
"""

from __future__ import annotations

VISITS = (
    "We made toast together and talked about the week. Home was warm and calm.",
    "The visit was short because of a school event; we agreed to meet again next week.",
    "We walked to the park. There was a lot to say about the new class and who sits where.",
    "The flat was tidier than last time. We looked at the plan together and ticked off what is done.",
    "It was hard to talk today. We drew instead, and that helped.",
    "We went through the safety plan with the family; everybody could say what to do and whom to ring.",
    "We met after school and read the last entry of the story together.",
)
CHILD_WORDS = (
    "I like it when you come on the day you said.",
    "Can it stay you? I don't want to tell it all again.",
    "I want to see my sister more.",
    "School is better now I have a pass to leave the room.",
    "I don't want to talk about the move today.",
    "Mum laughs more than before.",
    "I'd like to choose the colour of my room.",
)
STORY = (
    "When we first met you were shy and showed me your drawings. Now you tell me when you disagree with me.",
    "You told us what a good day looks like. This plan starts from that.",
    "The grown-ups who love you met today. They agreed who does what, and you heard it first.",
    "You moved house this month. You asked to keep your school, and you did.",
    "It was not your fault that plans changed. I want this page to say so, whenever you read it.",
)
THINKING = (
    "We wondered what the relationship needs now, and who in the family is not being heard.",
    "The group noticed that we talk about the parents more than about the child.",
    "Progress is real but rests on one grandparent; we thought about what happens when she is tired.",
    "We asked whose anxiety the extra visits would answer.",
    "The worker has known the family for a long time; we tested the view with a colleague who has not.",
)
DECISIONS = (
    ("Keep the present plan and visit every two weeks.", "The change is recent; the rhythm of visits holds it."),
    ("Invite the father to the next review.", "His part is missing from the plan and the child asks for him."),
    ("Hold a strategy discussion with police and health.", "What was said on Tuesday meets the threshold."),
    ("Step down once two more visits have gone well.", "The risks named in the plan have been lower for three months."),
    ("Keep the same worker through the move.", "Trust is the strongest protection this child has."),
    ("Ask the pod to share visits while the worker is away.", "The child knows two colleagues already."),
)
REVIEWS = (
    "The plan is working in part; next steps and who takes them were agreed.",
    "The child's wishes were read out first and shaped two of the five decisions.",
    "Everyone agreed to keep the placement and to plan more family time.",
)
HANDOVER = "Both workers visited together and read the story aloud; the child chose what the new worker should know."
DISPUTE = "I did not say that. I said I wanted to stop the visits on Fridays, not all of them."
CLOSING = "The goals of the plan are met; the family knows whom to ring, and the pod's door stays open."
