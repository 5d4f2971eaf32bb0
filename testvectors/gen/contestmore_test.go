package gen

import (
	"slices"
)

// sourceContests have the figures of votes that were held; where only the
// figures of the whole are known, the votes are made up around the border.
var sourceContests = []worked{
	{contest{"兰州 2024: 13 → 10, 304 ballots, base 331: 166 are needed", "ballot_mode=select_k winners_k=10 max_marks=10", []uint32{290, 281, 270, 260, 250, 240, 230, 220, 210, 200, 190, 170, 150}, nil, "331 304 304 304 0"}, "valid none [0 1 2 3 4 5 6 7 8 9] []"},
	{contest{"兰州 2024: of all 331, 165 fail and 166 pass", "", []uint32{165, 166, 10}, nil, "331 304 304 304 0"}, "valid none [1] []"},
	{contest{"兰州 2024: of 304 present, 152 fail and 153 pass", "base=present", []uint32{153, 152, 10}, nil, "331 304 304 304 0"}, "valid none [0] []"},
	{contest{"兰州 2025: 296 of 331 are a quorum", "", []uint32{296, 166, 165}, nil, "331 296 296 296 0"}, "valid none [0 1] []"},
	{contest{"兰州: 221 of 331 are a quorum", "", []uint32{221, 166, 165}, nil, "331 221 221 221 0"}, "valid none [0 1] []"},
	{contest{"兰州: 220 of 331 are none", "", []uint32{220, 166, 165}, nil, "331 220 220 220 0"}, "no_quorum repeat [] []"},
	{contest{"丽水 2025: 314 of 327, 314 issued and collected", "", []uint32{314, 164, 163}, nil, "327 314 314 314 0"}, "valid none [0 1] []"},
	{contest{"东阳 2017: 281 to 1 and 276 to 6", "", []uint32{281, 276}, []uint32{1, 6}, "300 282 282 282 0"}, "valid none [0 1] []"},
	{contest{"镇海 2021: eight projects, all 满意", "ballot_mode=satisfaction_3", []uint32{28, 1, 0, 20, 8, 1, 26, 3, 0, 29, 0, 0, 17, 11, 1, 26, 3, 0, 17, 11, 1, 28, 1, 0}, nil, "29 29 29 29 0"}, "valid none [] [] grades [0 0 0 0 0 0 0 0]"},
	{contest{"宁国 2024: 满意", "ballot_mode=satisfaction_3", []uint32{182, 10, 1, 185, 8, 0}, nil, "193 193 193 193 0"}, "valid none [] [] grades [0 0]"},
	{contest{"305 collected of 304 issued", "", []uint32{300, 290, 1}, nil, "331 305 304 305 0"}, "void repeat [] []"},
	{contest{"exactly half of 332 fails", "", []uint32{166, 167, 165}, nil, "332 332 332 332 0"}, "valid none [1] []"},
	{contest{"13 → 10 and 8 pass: three options for two seats", "shortfall=second_round winners_k=10 max_marks=10", []uint32{300, 290, 280, 270, 260, 250, 240, 230, 100, 90, 120, 110, 80}, nil, "331 304 304 304 0"}, "valid second_round [0 1 2 3 4 5 6 7] [] follow 2 all_deputies [10 11 8]"},
	{contest{"15 → 12 and 11 pass: two options for one seat", "shortfall=second_round winners_k=12 max_marks=12", []uint32{300, 299, 298, 297, 296, 295, 294, 293, 292, 291, 290, 100, 90, 120, 110}, nil, "331 304 304 304 0"}, "valid second_round [0 1 2 3 4 5 6 7 8 9 10] [] follow 1 all_deputies [13 14]"},
	{contest{"20 → 10 and 9 pass: two options for one seat", "shortfall=second_round winners_k=10 max_marks=10", []uint32{9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 1, 299, 298, 297, 296, 295, 294, 293, 292, 291}, nil, "331 304 304 304 0"}, "valid second_round [11 12 13 14 15 16 17 18 19] [] follow 1 all_deputies [0 1]"},
	{contest{"12 → 10, most votes win", "ballot_mode=select_k base=none winners_k=10 max_marks=10", []uint32{12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1}, nil, "331 304 304 304 0"}, "valid none [0 1 2 3 4 5 6 7 8 9] []"},
}

// borderContests have one vote more or less than what decides.
var borderContests = []worked{
	{contest{"odd N: 50 of 99 pass", "", []uint32{50, 49, 0}, nil, "99 90 88 80 2"}, "valid none [0] []"},
	{contest{"odd P: 45 of 89 pass", "base=present", []uint32{45, 44, 0}, nil, "100 89 88 80 2"}, "valid none [0] []"},
	{contest{"odd R: 40 of 79 pass", "base=collected", []uint32{40, 39, 0}, nil, "100 90 88 79 2"}, "valid none [0] []"},
	{contest{"the base valid leaves the spoiled out: 31 of 60", "base=valid", []uint32{31, 30, 0}, nil, "100 90 88 80 20"}, "valid none [0] []"},
	{contest{"the base collected has the spoiled in: 41 of 80", "base=collected", []uint32{41, 40, 0}, nil, "100 90 88 80 20"}, "valid none [0] []"},
	{contest{"one deputy", "winners_k=1", []uint32{1}, nil, "1 1 1 1 0"}, "valid none [0] []"},
	{contest{"of two deputies both are needed", "winners_k=1", []uint32{1, 2}, nil, "2 2 2 2 0"}, "valid none [1] []"},
	{contest{"a quorum of four are three", "", []uint32{3, 2}, nil, "4 3 3 3 0"}, "valid none [0] []"},
	{contest{"two of four are no quorum", "", []uint32{2, 2}, nil, "4 2 2 2 0"}, "no_quorum repeat [] []"},
	{contest{"half of five are three", "quorum.rule=half_all", []uint32{3, 2}, nil, "5 3 3 3 0"}, "valid none [0] []"},
	{contest{"two of five are not half", "quorum.rule=half_all", []uint32{2, 2}, nil, "5 2 2 2 0"}, "no_quorum repeat [] []"},
	{contest{"void comes before the quorum", "", []uint32{60, 60, 0}, nil, "100 60 50 60 0"}, "void repeat [] []"},
	{contest{"none collected comes before the quorum", "", []uint32{0, 0, 0}, nil, "100 60 50 0 0"}, "void repeat [] []"},
	{contest{"as many collected as issued", "", []uint32{60, 51, 50}, nil, "100 90 80 80 2"}, "valid none [0 1] []"},
	{contest{"spoiled ballots took part", "quorum.min_participation=half_all", []uint32{0, 0, 0}, nil, "100 90 88 51 51"}, "valid none [] []"},
	{contest{"half of an odd number took part: 50 of 99", "quorum.min_participation=half_all", []uint32{50, 49, 0}, nil, "99 90 88 50 0"}, "valid none [0] []"},
	{contest{"49 of 99 took part", "quorum.min_participation=half_all", []uint32{49, 49, 0}, nil, "99 90 88 49 0"}, "no_quorum repeat [] []"},
	{contest{"all abstain", "shortfall=second_round", []uint32{0, 0, 0}, nil, "100 90 88 80 0"}, "valid second_round [] [] follow 2 all_deputies [0 1 2]"},
	{contest{"all abstain where most votes win", "base=none", []uint32{0, 0, 0}, nil, "100 90 88 80 0"}, "valid none [] []"},
	{contest{"all spoil: nothing is more than half of nothing", "base=valid", []uint32{0, 0, 0}, nil, "100 90 88 80 80"}, "valid none [] []"},
	{contest{"all spoil, base all deputies", "shortfall=next_session", []uint32{0, 0, 0}, nil, "100 90 88 80 80"}, "valid next_session [] []"},
	{contest{"all spoil but one", "base=valid", []uint32{1, 0, 0}, nil, "100 90 88 80 79"}, "valid none [0] []"},
	{contest{"k reached exactly", "shortfall=second_round", []uint32{51, 50, 51}, nil, ""}, "valid none [0 2] []"},
	{contest{"one less than k", "shortfall=second_round", []uint32{51, 50, 50}, nil, ""}, "valid second_round [0] [] follow 1 all_deputies [1 2]"},
	{contest{"equal votes, but no more than seats", "", []uint32{60, 60, 0}, nil, ""}, "valid none [0 1] []"},
	{contest{"as many options as seats, all pass", "winners_k=3 max_marks=3", []uint32{51, 51, 51}, nil, ""}, "valid none [0 1 2] []"},
	{contest{"as many options as seats, one fails: it alone is left", "winners_k=3 max_marks=3 shortfall=second_round", []uint32{51, 50, 51}, nil, ""}, "valid second_round [0 2] [] follow 1 all_deputies [1]"},
	{contest{"exactly a third: 27 of 81", "shortfall=plurality_floor_1_3", []uint32{27, 26, 0}, nil, "100 90 88 81 0"}, "valid none [0] []"},
	{contest{"a third of one ballot is one", "shortfall=plurality_floor_1_3", []uint32{1, 0}, nil, "100 90 88 1 0"}, "valid none [0] []"},
	{contest{"more reach the floor than there are seats", "shortfall=plurality_floor_1_3", []uint32{30, 40, 27}, nil, ""}, "valid none [1 0] []"},
	{contest{"the floor puts the base aside", "shortfall=plurality_floor_1_3 base=all_deputies", []uint32{50, 49, 26}, nil, ""}, "valid none [0 1] []"},
	{contest{"yna_capped: passing by for alone", "ballot_mode=yna_capped", []uint32{51, 50, 30}, []uint32{27, 0, 0}, ""}, "valid none [0] []"},
	{contest{"choose_1 with two seats", "ballot_mode=choose_1 base=none", []uint32{30, 30, 7}, nil, ""}, "valid none [0 1] []"},
	{contest{"against does not count: 51 to 27", "", []uint32{51, 50, 0}, []uint32{27, 0, 78}, ""}, "valid none [0] []"},
}

// tieContests are tied for each number of seats, by each policy, again too.
var tieContests = []worked{
	{contest{"three for two seats: voted again", "tie=revote_tied", []uint32{60, 60, 60}, nil, ""}, "valid second_round [] [0 1 2] follow 2 none [0 1 2]"},
	{contest{"three for two seats: all adopted", "tie=adopt_all", []uint32{60, 60, 60}, nil, ""}, "valid none [0 1 2] []"},
	{contest{"three for two seats: none adopted", "tie=adopt_none", []uint32{60, 60, 60}, nil, ""}, "valid none [] []"},
	{contest{"three for two seats: fewer against", "tie=fewer_against", []uint32{60, 60, 60}, []uint32{3, 2, 1}, ""}, "valid none [2 1] []"},
	{contest{"three for the last seat: presidium", "", []uint32{60, 70, 60, 60}, nil, ""}, "valid presidium [1] [0 2 3]"},
	{contest{"three for the last seat: voted again", "tie=revote_tied", []uint32{60, 70, 60, 60}, nil, ""}, "valid second_round [1] [0 2 3] follow 1 none [0 2 3]"},
	{contest{"four for two of three seats", "tie=revote_tied winners_k=3", []uint32{60, 60, 60, 60, 70}, nil, ""}, "valid second_round [4] [0 1 2 3] follow 2 none [0 1 2 3]"},
	{contest{"thirteen for ten seats", "tie=revote_tied winners_k=10 max_marks=10", slices.Repeat([]uint32{60}, 13), nil, ""}, "valid second_round [] [0 1 2 3 4 5 6 7 8 9 10 11 12] follow 10 none [0 1 2 3 4 5 6 7 8 9 10 11 12]"},
	{contest{"twelve for the last seat", "tie=presidium", append([]uint32{70}, slices.Repeat([]uint32{60}, 12)...), nil, ""}, "valid presidium [0] [1 2 3 4 5 6 7 8 9 10 11 12]"},
	{contest{"who passed with less is out, whatever the tie", "tie=adopt_all", []uint32{55, 60, 70, 60}, nil, ""}, "valid none [2 1 3] []"},
	{contest{"who passed with less does not follow a tie none of which is adopted", "tie=adopt_none", []uint32{55, 60, 70, 60}, nil, ""}, "valid none [2] []"},
	{contest{"tied with exactly what is needed", "tie=revote_tied", []uint32{51, 51, 51}, nil, ""}, "valid second_round [] [0 1 2] follow 2 none [0 1 2]"},
	{contest{"equal below what is needed is no tie", "tie=revote_tied shortfall=next_session", []uint32{70, 50, 50}, nil, ""}, "valid next_session [0] []"},
	{contest{"a tie asks the tie rule, not the shortfall rule", "tie=presidium shortfall=second_round", []uint32{70, 60, 60}, nil, ""}, "valid presidium [0] [1 2]"},
	{contest{"a tie voted again, whatever the shortfall rule", "tie=revote_tied shortfall=next_session", []uint32{70, 60, 60}, nil, ""}, "valid second_round [0] [1 2] follow 1 none [1 2]"},
	{contest{"fewer against: none against any", "tie=fewer_against", []uint32{70, 60, 60}, nil, ""}, "valid presidium [0] [1 2]"},
	{contest{"fewer against: two groups, the border between them", "tie=fewer_against", []uint32{60, 60, 60, 60}, []uint32{0, 0, 1, 1}, ""}, "valid none [0 1] []"},
	{contest{"fewer against: two groups, the border in the second", "tie=fewer_against winners_k=3", []uint32{60, 60, 60, 60}, []uint32{0, 0, 1, 1}, ""}, "valid presidium [0 1] [2 3]"},
	{contest{"fewer against: two groups, the border in the first", "tie=fewer_against winners_k=1", []uint32{60, 60, 60, 60}, []uint32{0, 0, 1, 1}, ""}, "valid presidium [] [0 1]"},
	{contest{"fewer against in yna_capped", "tie=fewer_against ballot_mode=yna_capped winners_k=1", []uint32{52, 52}, []uint32{5, 4}, ""}, "valid none [1] []"},
	{contest{"fewer against decides among the tied only", "tie=fewer_against", []uint32{70, 60, 60, 55}, []uint32{8, 7, 6, 0}, ""}, "valid none [0 2] []"},
	{contest{"choose_1: a tie for the second seat", "ballot_mode=choose_1 base=none tie=revote_tied", []uint32{30, 20, 20}, nil, ""}, "valid second_round [0] [1 2] follow 1 none [1 2]"},
	{contest{"tied at the floor", "shortfall=plurality_floor_1_3 tie=revote_tied winners_k=1", []uint32{27, 27, 26}, nil, ""}, "valid second_round [] [0 1] follow 1 none [0 1]"},
	{contest{"second round after a tie: most votes win, no majority", "base=none winners_k=1", []uint32{37, 41}, nil, ""}, "valid none [1] []"},
	{contest{"second round tied again: a third", "base=none winners_k=1 tie=revote_tied", []uint32{39, 39}, nil, ""}, "valid second_round [] [0 1] follow 1 none [0 1]"},
	{contest{"second round tied again: presidium", "base=none winners_k=1", []uint32{39, 39}, nil, ""}, "valid presidium [] [0 1]"},
	{contest{"second round in which all abstain", "base=none winners_k=1 tie=revote_tied shortfall=second_round", []uint32{0, 0}, nil, ""}, "valid second_round [] [] follow 1 none [0 1]"},
	{contest{"second round of three for two: one is out", "base=none tie=revote_tied", []uint32{20, 30, 25}, nil, ""}, "valid none [1 2] []"},
}

// laterContests are short, for what follows; and satisfaction at its borders.
var laterContests = []worked{
	{contest{"short by one of two: equal ones at the border come in", "shortfall=second_round", []uint32{70, 30, 40, 30}, nil, ""}, "valid second_round [0] [] follow 1 all_deputies [2 1 3]"},
	{contest{"short by one of three: at least one more than seats", "shortfall=second_round winners_k=3 max_marks=3", []uint32{70, 69, 10, 12, 11}, nil, ""}, "valid second_round [0 1] [] follow 1 all_deputies [3 4]"},
	{contest{"short by all: all again", "shortfall=second_round", []uint32{1, 3, 2}, nil, ""}, "valid second_round [] [] follow 2 all_deputies [1 2 0]"},
	{contest{"short in a round whose base is none", "shortfall=second_round base=none", []uint32{0, 5, 0, 0}, nil, ""}, "valid second_round [1] [] follow 1 none [0 2 3]"},
	{contest{"short, next session", "shortfall=next_session", []uint32{70, 3, 2}, nil, ""}, "valid next_session [0] []"},
	{contest{"short, left short", "shortfall=leave_short", []uint32{70, 3, 2}, nil, ""}, "valid none [0] []"},
	{contest{"short by the floor is the end", "shortfall=plurality_floor_1_3", []uint32{70, 3, 2}, nil, ""}, "valid none [0] []"},
	{contest{"grades: exactly half of 40 is not 满意", "ballot_mode=satisfaction_3", []uint32{20, 10, 10, 21, 10, 9}, nil, "40 40 40 40 0"}, "valid none [] [] grades [1 0]"},
	{contest{"grades: both together exactly half", "ballot_mode=satisfaction_3", []uint32{10, 10, 20, 10, 11, 19}, nil, "40 40 40 40 0"}, "valid none [] [] grades [2 1]"},
	{contest{"grades: of all deputies, not of those who came", "ballot_mode=satisfaction_3 base=valid", []uint32{20, 1, 0}, nil, "40 30 30 21 0"}, "valid none [] [] grades [1]"},
	{contest{"grades: all abstain", "ballot_mode=satisfaction_3", []uint32{0, 0, 0}, nil, "40 40 40 40 0"}, "valid none [] [] grades [2]"},
	{contest{"grades: all spoil", "ballot_mode=satisfaction_3", []uint32{0, 0, 0}, nil, "40 40 40 40 40"}, "valid none [] [] grades [2]"},
	{contest{"grades: too few took part", "ballot_mode=satisfaction_3 quorum.min_participation=half_all", []uint32{20, 0, 0}, nil, "40 40 40 20 0"}, "no_quorum repeat [] []"},
	{contest{"grades: more collected than issued", "ballot_mode=satisfaction_3", []uint32{39, 0, 0}, nil, "40 40 38 39 0"}, "void repeat [] []"},
}
