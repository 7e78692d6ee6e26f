using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace UserDomain.AdminUi.Display;

/// <summary>Ties a field to the message about it and to its hint, for those who hear the page (WCAG 3.3.1).</summary>
[HtmlTargetElement("input", Attributes = For)]
[HtmlTargetElement("textarea", Attributes = For)]
[HtmlTargetElement("span", Attributes = MessageFor)]
[HtmlTargetElement("span", Attributes = HintFor)]
public sealed class FieldTagHelper : TagHelper
{
    private const string For = "asp-for";
    private const string MessageFor = "asp-validation-for";
    private const string HintFor = "hint-for";

    /// <summary>What the field is for.</summary>
    [HtmlAttributeName(For)]
    public ModelExpression? Field { get; set; }

    /// <summary>The field a message is about.</summary>
    [HtmlAttributeName(MessageFor)]
    public ModelExpression? Message { get; set; }

    /// <summary>The field a hint is about.</summary>
    [HtmlAttributeName(HintFor)]
    public ModelExpression? Hint { get; set; }

    /// <summary>Where it is shown.</summary>
    [ViewContext, HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    /// <inheritdoc/>
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        if (Message is not null)
        {
            output.Attributes.SetAttribute("id", IdOf(Message) + "-error");
        }
        else if (Hint is not null)
        {
            output.Attributes.SetAttribute("id", IdOf(Hint) + "-hint");
        }
        else if (Field is not null)
        {
            Describe(Field, context.AllAttributes.ContainsName("hinted"), output);
        }
    }

    private void Describe(ModelExpression field, bool hinted, TagHelperOutput output)
    {
        output.Attributes.RemoveAll("hinted");
        var isWrong = ViewContext.ViewData.ModelState[NameOf(field)] is { Errors.Count: > 0 };
        if (isWrong)
        {
            output.Attributes.SetAttribute("aria-invalid", "true");
        }

        var id = IdOf(field);
        string[] parts = [.. isWrong ? [id + "-error"] : Array.Empty<string>(), .. hinted ? [id + "-hint"] : Array.Empty<string>()];
        if (parts.Length > 0)
        {
            output.Attributes.SetAttribute("aria-describedby", string.Join(' ', parts));
        }
    }

    private string NameOf(ModelExpression field) => ViewContext.ViewData.TemplateInfo.GetFullHtmlFieldName(field.Name);

    private string IdOf(ModelExpression field) => TagBuilder.CreateSanitizedId(NameOf(field), "_");
}
