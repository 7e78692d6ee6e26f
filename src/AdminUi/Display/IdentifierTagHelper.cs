using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Microsoft.Extensions.Localization;
using UserDomain.AdminUi.Resources;

namespace UserDomain.AdminUi.Display;

/// <summary>An identifier in monospace. The script turns the marked button on; without script the text can still be selected.</summary>
[HtmlTargetElement("identifier", TagStructure = TagStructure.WithoutEndTag)]
public sealed class IdentifierTagHelper(IStringLocalizer<Text> text) : TagHelper
{
    /// <summary>The identifier; a dash is shown for none.</summary>
    public string? Value { get; set; }

    /// <inheritdoc/>
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = "span";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "identifier");
        if (string.IsNullOrEmpty(Value))
        {
            output.Content.SetContent("–");
            return;
        }

        var code = new TagBuilder("code");
        code.InnerHtml.Append(Value);
        var button = new TagBuilder("button");
        button.Attributes["type"] = "button";
        button.Attributes["class"] = "copy";
        button.Attributes["hidden"] = "hidden";
        button.Attributes["data-copy"] = Value;
        button.Attributes["data-copied"] = text["Copied"];
        button.InnerHtml.Append(text["Copy"]);
        output.Content.AppendHtml(code);
        output.Content.AppendHtml(button);
    }
}
