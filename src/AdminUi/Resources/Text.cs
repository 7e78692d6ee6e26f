namespace UserDomain.AdminUi.Resources;

/// <summary>Names the resource file of the console: <c>Text.resx</c> in English, <c>Text.de.resx</c> and so on beside it.</summary>
public sealed class Text;
