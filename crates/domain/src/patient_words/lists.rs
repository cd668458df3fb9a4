//! Words that tell a patient from what only looks like one. All of them folded.

/// Before a record number.
pub(super) const RECORD_CUES: [&str; 12] = [
    "mrn", "urn", "hospno", "hosp", "hospital", "record", "patient", "pt", "nhs", "chi", "unitno",
    "crn",
];

/// Before a telephone number or a bleep.
pub(super) const TELEPHONE: [&str; 22] = [
    "tel",
    "telephone",
    "phone",
    "ph",
    "ext",
    "extn",
    "extension",
    "bleep",
    "pager",
    "page",
    "mobile",
    "mob",
    "fax",
    "ring",
    "rang",
    "call",
    "dial",
    "switchboard",
    "landline",
    "dect",
    "whatsapp",
    "policy",
];

/// Before a measured value.
#[rustfmt::skip]
pub(super) const LABORATORY: [&str; 58] = [
    "plt", "platelets", "platelet", "plts", "wcc", "wbc", "neuts", "neutrophils", "lymphocytes", "rcc", "hb", "haemoglobin",
    "bnp", "probnp", "troponin", "trop", "tropt", "tropi", "ck", "ferritin", "crp", "esr", "alt", "ast", "alp", "ggt", "ldh",
    "amylase", "lipase", "lactate", "dimer", "ddimer", "hcg", "bhcg", "psa", "afp", "cea", "ca125", "tsh", "cortisol",
    "procalcitonin", "pct", "egfr", "creatinine", "urea", "glucose", "cd4", "viral", "load", "copies", "titre", "count",
    "level", "copeptin", "renin", "batch", "serial", "lot",
];

/// Behind a number that is an amount, a dose or a time.
#[rustfmt::skip]
pub(super) const UNITS: [&str; 66] = [
    "mg", "mcg", "micrograms", "microgram", "ug", "g", "gram", "grams", "kg", "ng", "pg", "ml", "mls", "l", "litre", "litres",
    "dl", "unit", "units", "u", "iu", "miu", "mmol", "umol", "mol", "nmol", "kpa", "mmhg", "cm", "mm", "bpm", "x", "x10",
    "percent", "h", "hr", "hrs", "hour", "hours", "hourly", "min", "mins", "minute", "minutes", "sec", "seconds", "day",
    "days", "d", "week", "weeks", "wk", "wks", "month", "months", "year", "years", "yrs", "night", "nights", "times",
    "pillows", "degrees", "copies", "cells", "puffs",
];

/// Before a bed in words.
pub(super) const BED_WORDS: [&str; 6] = ["bed", "beds", "cot", "cots", "cubicle", "trolley"];

/// Numbers of beds that are written out.
pub(super) const NUMBER_WORDS: [&str; 12] = [
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
];

/// Before a place that somebody goes to or comes from.
pub(super) const TOWARDS: [&str; 9] = [
    "to", "into", "onto", "from", "towards", "toward", "via", "awaiting", "until",
];

/// With `for`: on the way.
pub(super) const BOUND: [&str; 7] = [
    "bound", "booked", "waiting", "destined", "headed", "heading", "leaving",
];

/// Something is done to somebody, so that the bed behind `to` is who lies in it.
#[rustfmt::skip]
pub(super) const DONE_TO: [&str; 23] = [
    "give", "given", "gave", "giving", "administer", "administered", "prescribe", "prescribed", "speak", "spoke", "spoken",
    "talk", "talked", "attend", "attending", "happened", "called", "apply", "applied", "belong", "belongs", "explained",
    "allergic",
];

/// Somebody is moved, so that the bed behind `to` is a place.
#[rustfmt::skip]
pub(super) const MOVING: [&str; 37] = [
    "move", "moved", "moving", "moves", "transfer", "transferred", "transferring", "transfers", "back", "step", "stepped",
    "stepping", "go", "going", "goes", "gone", "went", "return", "returned", "returning", "swap", "swapped", "shift",
    "shifted", "wheeled", "take", "taken", "bring", "brought", "down", "up", "admitted", "admit", "discharged", "sent",
    "send", "relocate",
];

/// Before a patient's surname.
#[rustfmt::skip]
pub(super) const HIS_TITLES: [&str; 6] = ["mr", "master", "sir", "herr", "mister", "monsieur"];
#[rustfmt::skip]
pub(super) const HER_TITLES: [&str; 9] = ["mrs", "ms", "miss", "lady", "frau", "mme", "madame", "mlle", "missus"];
#[rustfmt::skip]
pub(super) const TITLES: [&str; 5] = ["mx", "baby", "patient", "pt", "rev"];

/// Before the name of one who works here.
#[rustfmt::skip]
pub(super) const STAFF_TITLES: [&str; 33] = [
    "dr", "drs", "doctor", "doctors", "prof", "professor", "sister", "nurse", "matron", "charge", "registrar", "reg", "spr",
    "sho", "consultant", "fy1", "fy2", "f1", "f2", "st3", "physio", "physiotherapist", "pharmacist", "dietitian", "midwife",
    "surgeon", "anaesthetist", "radiologist", "cardiologist", "nephrologist", "intensivist", "pathologist", "porter",
];

/// Before a name that is spoken to or of as a colleague.
#[rustfmt::skip]
pub(super) const COLLEAGUE_BEFORE: [&str; 33] = [
    "ring", "rang", "call", "bleep", "bleeped", "page", "paged", "ask", "asked", "tell", "told", "inform", "informed", "by",
    "contact", "contacted", "phone", "phoned", "text", "texted", "dw", "w", "email", "emailed", "per", "thanks", "thank",
    "cc", "attn", "hi", "hello", "dear", "under",
];

/// Before `with`, `to` or `from`: what one does with colleagues.
#[rustfmt::skip]
pub(super) const SPOKEN: [&str; 17] = [
    "discuss", "discussed", "spoke", "spoken", "speak", "talked", "talk", "liaise", "liaised", "agreed", "refer", "referred",
    "handed", "over", "escalate", "escalated", "advice",
];

/// Behind a name: it is a colleague's, or that of a thing.
#[rustfmt::skip]
pub(super) const COLLEAGUE_BEHIND: [&str; 74] = [
    "agrees", "agreed", "advises", "advised", "suggests", "suggested", "recommends", "recommended", "reviewing", "operating",
    "covering", "covers", "team", "firm", "list", "clinic", "lab", "ward", "unit", "wing", "building", "house", "road",
    "street", "suite", "library", "trust", "hospital", "hospice", "surgery", "practice", "score", "sign", "syndrome",
    "disease", "test", "line", "catheter", "tube", "drain", "criteria", "scale", "index", "stage", "grade", "fracture",
    "palsy", "method", "position", "procedure", "repair", "classification", "forceps", "splint", "protocol", "solution",
    "plus", "dementia", "tremor", "contracture", "reflex", "phenomenon", "triad", "law", "node", "nodes", "cyst",
    "hernia", "ulcer", "manoeuvre", "maneuver", "rash", "chart", "trial",
];

/// Before the last part of a surname.
#[rustfmt::skip]
pub(super) const PARTICLES: [&str; 28] = [
    "van", "von", "der", "den", "de", "del", "della", "di", "da", "dos", "das", "du", "la", "le", "el", "al", "bin", "ibn",
    "ben", "abu", "st", "san", "ter", "ten", "zu", "mac", "mc", "af",
];

/// Surnames in the names of signs, diseases and devices.
#[rustfmt::skip]
pub(super) const EPONYMS: [&str; 120] = [
    "addison", "allen", "alport", "alzheimer", "apgar", "arnold", "asperger", "babinski", "baker", "barrett", "barlow",
    "bartlett", "bartter", "basedow", "behcet", "bell", "bence", "bennett", "berger", "bishop", "bowen", "braden", "bright",
    "bristol", "broca", "brugada", "buerger", "burkitt", "charcot", "chiari", "child", "chvostek", "clark", "colles",
    "conn", "coombs", "cooper", "cori", "courvoisier", "cox", "crohn", "cushing", "dandy", "doppler", "down", "duchenne",
    "dukes", "dupuytren", "ehlers", "epley", "fallot", "fanconi", "foley", "fournier", "fowler", "frey", "gaucher",
    "gilbert", "glasgow", "gleason", "goodpasture", "gram", "grave", "graves", "guedel", "guillain", "hartmann",
    "hashimoto", "hawkins", "heimlich", "hickman", "hirschsprung", "hodgkin", "holter", "homan", "horner", "hunt",
    "huntington", "jones", "kawasaki", "kelly", "kernig", "killip", "korsakoff", "kussmaul", "lachman", "lewy", "marfan",
    "mcburney", "meckel", "meniere", "merkel", "morton", "murphy", "norton", "osler", "paget", "parkinson", "pfizer",
    "phalen", "pott", "raynaud", "reynolds", "ringer", "robinson", "romberg", "russell", "ryle", "ryles", "simpson",
    "sjogren", "still", "thomas", "thompson", "turner", "waterlow", "weber", "wells", "wilson", "yankauer",
];
