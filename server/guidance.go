package server

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/mark3labs/mcp-go/mcp"
	mcpserver "github.com/mark3labs/mcp-go/server"

	"gitcode.com/gitcode-mcp/gitcode-mcp/prompts"
	"gitcode.com/gitcode-mcp/gitcode-mcp/skills"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// guidance is what a server offers besides tools: prompts, skills, resources, and
// completions of their arguments. A caller is offered those of which they are
// offered every tool.
type guidance struct {
	cfg   Config
	tools map[string]tools.Tool
	// needs holds the names of the tools that prompts, skills and resources use: by the
	// name of a prompt, by the URI of a skill or a resource.
	needs map[string][]string
	// prompts, skills and resources are those that the server offers.
	prompts   []prompts.Prompt
	skills    []skills.Skill
	resources []tools.Resource
	// call returns the handler of a tool.
	call func(Config, tools.Tool) mcpserver.ToolHandlerFunc
	// complete holds the handlers of the tools of completions, by argument.
	complete map[string]mcpserver.ToolHandlerFunc
}

const markdownType = "text/markdown"

func newGuidance(cfg Config, call func(Config, tools.Tool) mcpserver.ToolHandlerFunc) *guidance {
	g := &guidance{cfg: cfg, tools: map[string]tools.Tool{}, needs: map[string][]string{}, call: call, complete: map[string]mcpserver.ToolHandlerFunc{}}
	for _, t := range cfg.Tools {
		g.tools[t.Name] = t
	}
	for _, c := range cfg.Completions {
		g.complete[c.Argument] = call(cfg, c.Tool)
	}
	ctx := context.Background() // of no caller
	for _, p := range prompts.All() {
		g.needs[p.Prompt.Name] = toolsIn(p.Text)
		if g.offers(ctx, p.Prompt.Name) {
			g.prompts = append(g.prompts, p)
		}
	}
	for _, s := range skills.All() {
		g.needs[s.URI()] = toolsIn(s.Text)
		if g.offers(ctx, s.URI()) {
			g.skills = append(g.skills, s)
		}
	}
	for _, r := range cfg.Resources {
		g.needs[r.URI] = []string{r.Tool}
		if g.offers(ctx, r.URI) {
			g.resources = append(g.resources, r)
		}
	}
	return g
}

// toolsIn returns the names of the tools that a prompt or a skill calls: its code is
// calls.
func toolsIn(text string) []string {
	var names []string
	for i, part := range strings.Split(text, "`") {
		if i%2 == 1 {
			name, _, _ := strings.Cut(part, " ")
			names = append(names, name)
		}
	}
	return names
}

// offers reports whether a caller is offered all tools that a prompt, skill or
// resource needs.
func (g *guidance) offers(ctx context.Context, nameOrURI string) bool {
	return !slices.ContainsFunc(g.needs[nameOrURI], func(name string) bool {
		t, known := g.tools[name]
		return !known || exclusion(ctx, g.cfg, t) != ""
	})
}

// options declare what there is, so that clients ask for nothing else.
func (g *guidance) options() []mcpserver.ServerOption {
	var options []mcpserver.ServerOption
	if len(g.prompts) > 0 {
		options = append(options, mcpserver.WithPromptCapabilities(false), mcpserver.WithPromptFilter(g.filterPrompts))
	}
	if len(g.resources)+len(g.skills) > 0 {
		options = append(options, mcpserver.WithResourceCapabilities(false, false),
			mcpserver.WithMethodCacheHints(mcp.MethodResourcesRead, 0, mcp.CacheScopePrivate)) // a call may change it
	}
	if len(g.prompts)+len(g.resources) > 0 {
		options = append(options, mcpserver.WithCompletions(), mcpserver.WithPromptCompletionProvider(g), mcpserver.WithResourceCompletionProvider(g))
	}
	return options
}

// register adds prompts and resources to a server made with the options, and filters
// its lists with the hooks.
func (g *guidance) register(s *mcpserver.MCPServer, hooks *mcpserver.Hooks) {
	for _, p := range g.prompts {
		s.AddPrompts(p.ServerPrompt)
	}
	for _, skill := range g.skills {
		s.AddResource(mcp.NewResource(skill.URI(), skill.Name, mcp.WithResourceDescription(skill.Description), mcp.WithMIMEType(markdownType)), g.skillReader(skill))
	}
	for _, r := range g.resources {
		template := mcp.NewResourceTemplate(r.URI, r.Name, mcp.WithTemplateDescription(r.Description), mcp.WithTemplateMIMEType(markdownType))
		s.AddResourceTemplate(template, g.reader(r))
	}
	hooks.AddAfterListResources(func(ctx context.Context, _ any, _ *mcp.ListResourcesRequest, result *mcp.ListResourcesResult) {
		result.Resources = slices.DeleteFunc(result.Resources, func(listed mcp.Resource) bool { return !g.offers(ctx, listed.URI) })
	})
	hooks.AddAfterListResourceTemplates(func(ctx context.Context, _ any, _ *mcp.ListResourceTemplatesRequest, result *mcp.ListResourceTemplatesResult) {
		result.ResourceTemplates = slices.DeleteFunc(result.ResourceTemplates, func(listed mcp.ResourceTemplate) bool {
			return !g.offers(ctx, listed.URITemplate.Raw())
		})
	})
}

func (g *guidance) filterPrompts(ctx context.Context, list []mcp.Prompt) []mcp.Prompt {
	return slices.DeleteFunc(list, func(listed mcp.Prompt) bool { return !g.offers(ctx, listed.Name) })
}

func (g *guidance) skillReader(s skills.Skill) mcpserver.ResourceHandlerFunc {
	return func(ctx context.Context, _ mcp.ReadResourceRequest) ([]mcp.ResourceContents, error) {
		if !g.offers(ctx, s.URI()) {
			return nil, fmt.Errorf("%s is not offered: it needs tools that are excluded", s.URI())
		}
		return contents(s.URI(), s.Text), nil
	}
}

// reader returns a function that calls the tool of a resource.
func (g *guidance) reader(r tools.Resource) mcpserver.ResourceTemplateHandlerFunc {
	narrow := g.cfg
	narrow.Env = r.Room(narrow.Env)
	call := g.call(narrow, g.tools[r.Tool])
	return func(ctx context.Context, req mcp.ReadResourceRequest) ([]mcp.ResourceContents, error) {
		variables := map[string]string{}
		for name, value := range req.Params.Arguments {
			if parts, ok := value.([]string); ok { // of a value with commas
				variables[name] = strings.Join(parts, ",")
			}
		}
		arguments, err := r.Arguments(variables)
		if err != nil {
			return nil, err
		}
		result, err := call(ctx, callOf(r.Tool, arguments))
		if err != nil {
			return nil, err
		}
		text, err := r.Text(g.cfg.Env, variables, result)
		if err != nil {
			return nil, err
		}
		return contents(req.Params.URI, text), nil
	}
}

func callOf(tool string, arguments []byte) (req mcp.CallToolRequest) {
	req.Params.Name, req.Params.RawArguments = tool, arguments
	return req
}

func contents(uri, text string) []mcp.ResourceContents {
	return []mcp.ResourceContents{mcp.TextResourceContents{URI: uri, MIMEType: markdownType, Text: text}}
}
