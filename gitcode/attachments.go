package gitcode

import (
	"cmp"
	"context"
	"fmt"
	"net/netip"
	"net/url"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/fetch"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/textedit"
)

// maxUpload is the maximum size of an uploaded file in bytes, as documented.
const maxUpload = 20_000_000

// maxText is the maximum length of the text that GetAttachment returns at once, in
// characters.
const maxText = 100_000

// apiPath is what the base URL has after the address of the web site's pages.
const apiPath = "/api/v5"

// attachments fetches the files that texts link to, and those to upload.
type attachments struct {
	site    string        // address of the pages of repositories
	ofForge *fetch.Client // fetches only from GitCode
	public  *fetch.Client // fetches from every public host
}

// newAttachments returns what fetches files for a service at a base URL. A service on
// this machine, such as the sandbox, stands in for GitCode's hosts.
func newAttachments(baseURL, userAgent string) (attachments, error) {
	base, err := url.Parse(cmp.Or(baseURL, DefaultBaseURL))
	if err != nil {
		return attachments{}, err
	}
	domain := strings.TrimPrefix(strings.ToLower(base.Host), "api.")
	cfg := fetch.Config{UserAgent: userAgent}
	public := fetch.New(cfg)
	if addr, err := netip.ParseAddr(base.Hostname()); err == nil && addr.IsLoopback() && base.Scheme == "http" {
		cfg.Local = strings.TrimSuffix(strings.TrimRight(base.String(), "/"), apiPath)
		domain = ""
	}
	// Users' images are on raw., avatars on cdn-img. and in the bucket.
	for _, d := range []string{domain, "gitcode.com", "atomgit.com"} {
		if d != "" && !slices.Contains(cfg.Hosts, d) {
			cfg.Hosts = append(cfg.Hosts, d, "raw."+d, "cdn-img."+d)
		}
	}
	cfg.Hosts = append(cfg.Hosts, "gitcode-img.obs.cn-south-1.myhuaweicloud.com")
	return attachments{"https://" + cfg.Hosts[0], fetch.New(cfg), public}, nil
}

// GetAttachmentParams identifies a file by its address. Offset is the number of
// characters of a text to skip.
type GetAttachmentParams struct {
	URL    string `json:"url" jsonschema:"minLength=1" jsonschema_description:"Address in the text"`
	Offset int    `json:"offset,omitempty" jsonschema_description:"Characters of a text file to skip"`
}

// Attachment is a file that a text links to: an image or a text.
type Attachment struct {
	Name    string
	Type    string // media type of the content
	Size    int    // in bytes
	Content []byte // of an image: PNG, JPEG, GIF or WebP
	Text    Text   // of a text from Offset on, at most 100,000 characters
	After   int    // number of characters after Text
}

// GetAttachment returns a file that GitCode serves to everyone: it is fetched without
// the token, because whoever wrote the text chose the address. A guard sees it as a read
// of the repository that its path begins with. The error says so for a file that is
// neither an image nor a text in UTF-8.
//
// The addresses are those that uploads return:
// https://docs.gitcode.com/docs/apis/post-api-v-5-repos-owner-repo-file-upload
func (c *Client) GetAttachment(ctx context.Context, p *GetAttachmentParams) (*Attachment, error) {
	file, err := c.attachments.ofForge.Get(ctx, p.URL)
	if err != nil {
		return nil, err
	}
	endpoint := "GET " + file.Host
	a := &Attachment{Name: file.Name, Type: fetch.TypeOf(file.Content), Size: len(file.Content)}
	if fetch.IsImage(a.Type) {
		a.Content = file.Content
		return a, nil
	}
	if problem := unfit(file.Name, a.Type); problem != "" {
		return nil, &rest.Error{Class: rest.Invalid, Endpoint: endpoint, Message: problem}
	}
	if a.Type != fetch.Text && a.Type != fetch.HTML {
		return nil, &rest.Error{Class: rest.Invalid, Endpoint: endpoint, Message: fmt.Sprintf("the file (%s, %d bytes) is neither a PNG, JPEG, GIF or WebP image nor a text in UTF-8", a.Type, a.Size)}
	}
	a.Text = Text(strings.TrimPrefix(string(file.Content), "\ufeff"))
	if err := textedit.Skip(endpoint, "text", p.Offset, &a.Text); err != nil {
		return nil, err
	}
	count := 0
	for i := range a.Text {
		if count++; count > maxText {
			a.After = utf8.RuneCountInString(string(a.Text[i:]))
			a.Text = Text(strings.Clone(string(a.Text[:i]))) // the rest of the file can be freed
			break
		}
	}
	return a, nil
}

// repoOfFile returns the repository that the path of a file begins with, or "" if that
// is unclear: a service may resolve dots, empty segments and escaped slashes.
func repoOfFile(u *url.URL) string {
	segments := strings.Split(strings.TrimPrefix(u.Path, "/"), "/")
	isUnclear := func(segment string) bool {
		return segment == "" || segment == "." || segment == ".." || strings.ContainsAny(segment, `\%`)
	}
	if len(segments) < 3 || slices.ContainsFunc(segments, isUnclear) || strings.Contains(strings.ToLower(u.EscapedPath()), "%2f") {
		return ""
	}
	return segments[0] + "/" + segments[1]
}

// UploadAttachmentParams is a file: its name and Content, or an https address that it
// is fetched from if Content is nil.
type UploadAttachmentParams struct {
	RepoRef
	File    string `json:"file" jsonschema:"minLength=1" jsonschema_description:"Path below the directory that the user allows with --allow-dir, or https address of a public file"`
	Content []byte `json:"-"`
}

// UploadedAttachment is a file that was uploaded.
type UploadedAttachment struct {
	Path     Text `json:"path"` // below the pages of the attachments of the repository
	FullPath Text `json:"full_path"`

	Name    string `json:"-"` // of the file
	IsImage bool   `json:"-"`
}

// UploadAttachment uploads a file to a repository, to be linked to in texts. It rejects
// SVG, web pages in place of a file, and files whose content is not the image that
// their names say. Images are sent as other files are: the operation of their own
// (img/upload) responds alike and takes them in base64.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/post-api-v-5-repos-owner-repo-file-upload
func (c *Client) UploadAttachment(ctx context.Context, p *UploadAttachmentParams) (*UploadedAttachment, error) {
	const endpoint = "POST /repos/{owner}/{repo}/file/upload"
	name, content := path.Base(strings.ReplaceAll(p.File, `\`, "/")), p.Content
	if content == nil {
		file, err := c.attachments.public.Get(ctx, p.File)
		if err != nil {
			return nil, err
		}
		name, content = file.Name, file.Content
	}
	mediaType := fetch.TypeOf(content)
	problem := unfit(name, mediaType)
	switch {
	case len(content) == 0:
		problem = "the file is empty"
	case len(content) > maxUpload:
		problem = fmt.Sprintf("the file has more than %d MB", maxUpload/1_000_000)
	}
	if problem != "" {
		return nil, rest.InvalidArguments(endpoint, problem)
	}
	uploaded := &UploadedAttachment{Name: fileName(name, mediaType), IsImage: fetch.IsImage(mediaType)}
	req, err := rest.NewRequest(endpoint, p.RepoRef)
	if err != nil {
		return nil, err
	}
	if err := req.SetFile("file", uploaded.Name, content); err != nil {
		return nil, err
	}
	response, _, err := rest.Do[UploadedAttachment](ctx, c.Client, req)
	if err != nil || c.IsDryRun(ctx) {
		return nil, err
	}
	uploaded.Path, uploaded.FullPath = response.Path, Text(c.attachmentAddress(p.RepoRef, response))
	if uploaded.FullPath == "" {
		return nil, &rest.Error{Class: rest.OutcomeUnknown, Endpoint: endpoint, Message: "the response contains no address of the file"}
	}
	return uploaded, nil
}

// attachmentAddress returns the address of an uploaded file: the one in the response
// if it is on GitCode, else the one that its path yields, or "".
func (c *Client) attachmentAddress(repo RepoRef, a *UploadedAttachment) string {
	u, err := url.Parse(string(a.FullPath))
	if err == nil && c.attachments.ofForge.Problem(u) == "" {
		u.RawQuery = u.Query().Encode() // with nothing that would end a link
		return u.String()
	}
	if a.Path == "" {
		return ""
	}
	u, _ = url.Parse(c.attachments.site) // it was parsed before
	u.Path = path.Join("/", repo.Owner, repo.Repo, "attachment", path.Join("/", string(a.Path)))
	return u.String()
}

// namesImage reports whether an extension is that of an image.
func namesImage(extension string) bool {
	return slices.Contains([]string{".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg"}, strings.ToLower(extension))
}

// unfit says why a file is neither shown nor uploaded, or returns "".
func unfit(name, mediaType string) string {
	extension := strings.ToLower(path.Ext(name))
	switch {
	case mediaType == fetch.SVG:
		return "the file is an SVG image, which can contain scripts and hidden text; use PNG"
	case namesImage(extension) && !fetch.IsImage(mediaType):
		return fmt.Sprintf("the name of the file ends with %s, but its content (%s) is not a PNG, JPEG, GIF or WebP image", extension, mediaType)
	case mediaType == fetch.HTML && extension != ".html" && extension != ".htm":
		return "there is a web page instead of a file, perhaps to sign in"
	}
	return ""
}

// fileName returns the name under which a file is uploaded. That of an image has the
// extension of one.
func fileName(name, mediaType string) string {
	const longest = 100
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, ""))
	if strings.Trim(name, "./") == "" {
		name = "file"
	}
	if fetch.IsImage(mediaType) && !namesImage(path.Ext(name)) {
		name += "." + strings.TrimPrefix(mediaType, "image/")
	}
	if letters := []rune(name); len(letters) > longest { // the extension is at the end
		name = string(letters[len(letters)-longest:])
	}
	return name
}
