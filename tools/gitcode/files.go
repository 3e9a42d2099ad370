package gitcode

import (
	"context"
	"fmt"
	"strings"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// Files in memory and images that are decoded at a time are bounded: each file may
// have 20 MB, and an image may take 160 MB and some more.
const (
	maxFiles  = 4
	maxImages = 1
)

func files(c *api.Client, allowed *tools.Files) []tools.Tool {
	f := &fileTools{client: c, allowed: allowed, files: make(chan struct{}, maxFiles), images: make(chan struct{}, maxImages)}
	return []tools.Tool{
		tools.Read("get_attachment", "Return a public image or text file that an issue or comment links to, if it is on GitCode's hosts.",
			f.get, attachmentView),
		tools.Write(tools.Spec{Name: "upload_attachment", Effect: tools.Adds, Description: "Upload a file to a repository and return the Markdown to paste into an issue or comment."},
			f.upload, attachmentUploaded),
	}
}

// fileTools are the methods of the client with limits, and with files of this machine.
type fileTools struct {
	client        *api.Client
	allowed       *tools.Files
	files, images chan struct{}
}

// enter waits until one more may be in use. The function that it returns ends that.
func enter(ctx context.Context, limit chan struct{}) (leave func(), err error) {
	select {
	case limit <- struct{}{}:
		return func() { <-limit }, nil
	case <-ctx.Done():
		return nil, &rest.Error{Class: rest.Canceled, NotSent: true, Message: "canceled", Err: context.Cause(ctx)}
	}
}

// attachment is a file, and the image for a model if it is one.
type attachment struct {
	*api.Attachment
	image *tools.Image
}

func (f *fileTools) get(ctx context.Context, p *api.GetAttachmentParams) (*attachment, error) {
	leave, err := enter(ctx, f.files)
	if err != nil {
		return nil, err
	}
	defer leave()
	file, err := f.client.GetAttachment(ctx, p)
	if err != nil || file.Content == nil {
		return &attachment{Attachment: file}, err
	}
	leaveImages, err := enter(ctx, f.images)
	if err != nil {
		return nil, err
	}
	defer leaveImages()
	image, err := tools.NewImage(file.Type, file.Content)
	return &attachment{file, image}, err
}

// upload uploads a file from an address, or one of those that the user allows to send.
func (f *fileTools) upload(ctx context.Context, p *api.UploadAttachmentParams) (*api.UploadedAttachment, error) {
	leave, err := enter(ctx, f.files)
	if err != nil {
		return nil, err
	}
	defer leave()
	if !strings.Contains(p.File, "://") {
		content, err := f.allowed.Read(p.File)
		if err != nil {
			return nil, err
		}
		withContent := *p
		p, withContent.Content = &withContent, content
	}
	return f.client.UploadAttachment(ctx, p)
}

// Attachment is a file that a text links to.
type Attachment struct {
	Name   string `json:"name,omitempty" jsonschema_description:"Name of the file"`
	Type   string `json:"type,omitempty" jsonschema_description:"Media type of its content"`
	Size   int    `json:"size" jsonschema_description:"Bytes"`
	Width  int    `json:"width,omitempty" jsonschema_description:"Of an image, in pixels; the image itself follows"`
	Height int    `json:"height,omitempty" jsonschema_description:"Of an image, in pixels"`
	Text   string `json:"text,omitempty" jsonschema_description:"Of a text file"`
	tools.Notes

	image *tools.Image
	text  tools.LongText
}

// Picture returns the image.
func (v *Attachment) Picture() *tools.Image { return v.image }

// LongTexts returns the text.
func (v *Attachment) LongTexts() []tools.LongText {
	if v.text.Text == "" {
		return nil
	}
	return []tools.LongText{v.text}
}

// History returns none.
func (v *Attachment) History() tools.History { return tools.History{} }

// Omit leaves out nothing.
func (v *Attachment) Omit() string { return "" }

func attachmentView(p *api.GetAttachmentParams, a *attachment) *Attachment {
	v := &Attachment{Name: a.Name, Type: a.Type, Size: a.Size, image: a.image}
	if img := a.image; img != nil {
		v.Width, v.Height = img.FileWidth, img.FileHeight
		if img.Width != img.FileWidth || img.Height != img.FileHeight {
			v.Cut = fmt.Sprintf("The image is shown with %d × %d pixels.", img.Width, img.Height)
		}
	}
	v.text = tools.LongText{
		Text: string(a.Text), Skipped: p.Offset, After: a.After, Rest: "get_attachment of the same url with",
		Set: func(text string, _ bool) { v.Text = text },
	}
	v.Text = v.text.Whole()
	return v
}

// AttachmentUploaded is the result of uploading a file.
type AttachmentUploaded struct {
	Markdown string `json:"markdown,omitempty" jsonschema_description:"Link to the file, to paste into a text"`
	tools.Written
}

func attachmentUploaded(_ *api.UploadAttachmentParams, a *api.UploadedAttachment) *AttachmentUploaded {
	name := strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`, "`", "\\`", "<", `\<`).Replace(a.Name)
	link := fmt.Sprintf("[%s](%s)", name, strings.NewReplacer("(", "%28", ")", "%29").Replace(string(a.FullPath)))
	if a.IsImage {
		link = "!" + link
	}
	return &AttachmentUploaded{Markdown: link}
}

// adviseOnFiles returns advice after an error about a file.
func adviseOnFiles(f tools.Failure, hasFiles bool) string {
	switch {
	case f.Tool != "get_attachment" && f.Tool != "upload_attachment":
	case f.Class == rest.OutcomeUnknown:
		return tools.OutcomeUnknown + " Upload the file again: one that no text links to does no harm."
	case f.Tool == "upload_attachment" && f.NotSent && !hasFiles && !strings.Contains(f.Arguments["file"], "://"):
		return "The https address of a public file is accepted too."
	case f.Tool == "upload_attachment" && strings.HasPrefix(f.Endpoint, "GET ") && f.Class == rest.Unavailable:
		return "Check the address of the file, or retry in a minute."
	case strings.HasPrefix(f.Endpoint, "GET ") && f.Status != 0 && f.Status < 500 && f.Class != rest.RateLimited:
		return "Files are fetched without a token, so only public ones can be. Ask the user to open the address in a browser."
	}
	return ""
}
