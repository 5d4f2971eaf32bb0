package web

import "piaojue/store"

// duty is what a role administers. Nobody has two of them: who keeps the
// machine neither runs votes nor judges how they were run.
type duty string

const (
	dutySystem   duty = "system"
	dutyBusiness duty = "business"
	dutyAudit    duty = "audit"
)

func dutyOf(r store.Role) duty {
	switch r {
	case store.RoleAdmin:
		return dutySystem
	case store.RoleAuditor:
		return dutyAudit
	}
	return dutyBusiness
}

// needsCode says whether a role signs in with a code device: all that can
// change a vote, or who may.
func needsCode(r store.Role) bool {
	return r != store.RoleGate && r != store.RoleAuditor && r != store.RoleMember
}

// mayByRole lists for each role the routes that it may use and not everybody
// may.
func mayByRole() map[store.Role][]string {
	all := make(map[store.Role][]string)
	for _, role := range Roles() {
		all[role] = []string{}
	}
	for _, rt := range allRoutes() {
		name := rt.method + " " + rt.path
		if rt.query != "" {
			name += "?" + rt.query
		}
		for _, role := range rt.who.roles {
			all[role] = append(all[role], name)
		}
	}
	return all
}
