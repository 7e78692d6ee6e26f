using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Localization;
using UserDomain.IdentityServer.Protocol.Authorization;
using UserDomain.IdentityServer.Resources;

namespace UserDomain.IdentityServer.Pages.Parts;

/// <summary>Who asks: the first row of a page.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Note">What it asks, or where it lives.</param>
/// <param name="Tone">Colour of its mark; null for the product's own.</param>
/// <param name="Logo">Its picture, in place of the mark; the page has to allow it.</param>
internal sealed record Asker(string Name, string Note, int? Tone = null, string? Logo = null)
{
    private const int Tones = 8;

    public string Initial => StringInfo.GetNextTextElement(Name.TrimStart());

    public static Asker OfProduct(IStringLocalizer<AccountText> text, string note = "Asker.YourAccount") => new(text["Product"], text[note]);

    // By the id and not by the name, so that a client that takes another's name does not get its colour.
    public static Asker OfClient(Client client, string note) =>
        new(client.DisplayName, note, (SHA256.HashData(Encoding.UTF8.GetBytes(client.ClientId))[0] % Tones) + 1);
}
