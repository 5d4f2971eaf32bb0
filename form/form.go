// Package form reads and writes what an office exchanges: tables of deputies,
// candidates and badges as workbooks or CSV, rules and counts as JSON, and the
// official forms as PDF and workbooks.
//
// The official forms of a vote (表一 to 表七) are made from its log: [Forms], then
// [Form.PDF] with a [Typeface], or [Form.XLSX]. Both have the same words, and the
// same log gives the same bytes, so that an auditor can make a form again and
// compare it with the one that was signed. No form has a character that the
// font cannot draw: that is a [GlyphError].
//
// For tables, callers want [ReadRoll], [ReadCandidates] and [ReadBadges], which
// take a file as an office really saves it (.xlsx, or CSV in UTF-8 or GB18030;
// columns in any order, digits in full width) and look at its bytes, not its
// name; their twins [WriteRoll], [WriteCandidates] and [WriteBadges]; [DiffRoll]
// and [DiffCandidates], which say what an import would change; the workbooks
// [RollTemplate] and [CandidatesTemplate]; and [ReadRules], [ReadAdopt] and
// [WriteAdopt]. A certified result leaves as a [Publication]: JSON, CSV, workbook
// or Pabulib file. [Initials] finds a deputy at the desk. [Measures] is the draft
// of the text that a congress adopts about a vote.
//
// Readers are tolerant of what a spreadsheet did to a table where that can be
// undone without a guess: encodings, full width, headers of two rows with merged
// cells, 1.0 for 1, dates kept as numbers of days, sums with a unit. Where
// something may be lost they refuse: digits of a long number, zeros before a
// short one, a second sheet with rows.
//
// A reader accepts a file whole or not at all, and reports everything that is
// wrong with it at once: [RowErrors] by row and column as Excel shows them,
// [FieldErrors] by the name of the field. Nothing is guessed: a character that
// cannot be read, a column nobody knows and an amount with a fifth decimal are
// errors, because whatever slips in here is voted on.
//
// The threats are a careless import (K7: duplicates, lengths), a file made to
// exhaust the server, text that looks like other text on a screen, and a cell
// that a spreadsheet would run as a formula.
//
// The package reads no files but fonts, and sends nothing; it does not decide
// whether a vote may be held with these rules and candidates, which package
// election does, nor who may see a form.
package form

const (
	maxFile = 8 << 20
	maxRows = 20_000

	// maxErrors bounds a report; more only say that the file is the wrong one.
	maxErrors = 500

	// The lengths of str8 and str16 in PROTOCOL.md, Section 2.
	maxShort = 0xff
	maxLong  = 0xffff
)
