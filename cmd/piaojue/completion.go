package main

import (
	"github.com/spf13/cobra"
)

// completionCommand prints a script for a shell.
func (t *tool) completionCommand() *cobra.Command {
	c := t.command("completion", "bash|zsh|fish|powershell", `source <(piaojue completion bash)
piaojue completion fish > ~/.config/fish/completions/piaojue.fish`, nil)
	c.ValidArgs = []string{"bash", "zsh", "fish", "powershell"}
	c.RunE = func(c *cobra.Command, args []string) error {
		switch args[0] {
		case "bash":
			return c.Root().GenBashCompletionV2(t.out, true)
		case "zsh":
			return c.Root().GenZshCompletion(t.out)
		case "fish":
			return c.Root().GenFishCompletion(t.out, true)
		case "powershell":
			return c.Root().GenPowerShellCompletionWithDesc(t.out)
		}
		return misuse("arguments", c.UseLine())
	}
	return exactly(1, c)
}
