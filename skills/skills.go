// Package skills holds skills in the open format of https://agentskills.io: folders
// with a SKILL.md that explains to an agent how to do a task. They can be copied into
// the folder of skills of an agent, and the server offers them as resources.
//
// A SKILL.md begins with its name, which is that of its folder, and a description.
// Code in it is calls of tools, as in `get_issue include=[comments]`, and nothing
// else.
package skills

import (
	"embed"
	"fmt"
	"strings"
)

//go:embed */SKILL.md
var files embed.FS

// Skill is a skill.
type Skill struct {
	Name        string
	Description string
	Text        string // of SKILL.md
}

// URI returns the address of the SKILL.md.
func (s Skill) URI() string { return "skill://" + s.Name + "/SKILL.md" }

// All returns all skills, sorted by name.
func All() []Skill {
	folders, err := files.ReadDir(".")
	if err != nil {
		panic(fmt.Errorf("skills: %w", err))
	}
	var all []Skill
	for _, folder := range folders {
		content, err := files.ReadFile(folder.Name() + "/SKILL.md")
		if err != nil {
			panic(fmt.Errorf("skills: %w", err))
		}
		s := Skill{Name: folder.Name(), Text: string(content)}
		for line := range strings.Lines(s.Text) {
			if description, ok := strings.CutPrefix(line, "description: "); ok {
				s.Description = strings.TrimSpace(description)
				break
			}
		}
		all = append(all, s)
	}
	return all
}
