using System.Globalization;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption.ConfigurationModel;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.DependencyInjection;

namespace UserDomain.ServiceDefaults.Secrets;

/// <summary>
/// The Data Protection ring (cookies, anti-forgery, protected state), derived from the key-encryption key: one key for each 90 days.
/// Nothing is stored, so nothing can be stolen from a database, and every replica of every service has the same ring from its
/// first request on.
/// </summary>
internal sealed class DerivedKeyRing(KeyEncryptionKey root, TimeProvider time) : IXmlRepository
{
    private const int MasterKeyBytes = 64;
    private const int KeysKept = 4;
    private static readonly TimeSpan Period = TimeSpan.FromDays(90);

    public IReadOnlyCollection<XElement> GetAllElements()
    {
        var current = time.GetUtcNow().UtcTicks / Period.Ticks;
        return [.. Enumerable.Range(-KeysKept, KeysKept + 2).Select(offset => Key(current + offset))];
    }

    public void StoreElement(XElement element, string friendlyName) =>
        throw new InvalidOperationException("The ring is derived; nothing is ever added to it.");

    private XElement Key(long period)
    {
        var name = period.ToString(CultureInfo.InvariantCulture);
        var start = new DateTimeOffset(period * Period.Ticks, TimeSpan.Zero);
        return new XElement("key",
            new XAttribute("id", new Guid(root.Derive($"data-protection:id:{name}", 16))),
            new XAttribute("version", 1),
            new XElement("creationDate", start),
            new XElement("activationDate", start),
            new XElement("expirationDate", start + Period),
            new XElement("descriptor",
                new XAttribute("deserializerType", typeof(AuthenticatedEncryptorDescriptorDeserializer).AssemblyQualifiedName!),
                new XElement("descriptor",
                    new XElement("encryption", new XAttribute("algorithm", "AES_256_GCM")),
                    new XElement("masterKey",
                        new XElement("value", Convert.ToBase64String(root.Derive($"data-protection:{name}", MasterKeyBytes)))))));
    }
}

/// <summary>Registers the derived ring.</summary>
internal static class DerivedKeyRingRegistration
{
    public static void AddDerivedKeyRing(this IServiceCollection services)
    {
        services.AddDataProtection().SetApplicationName("user-domain");
        services.AddOptions<KeyManagementOptions>().Configure<KeyEncryptionKey, TimeProvider>((options, root, time) =>
        {
            options.XmlRepository = new DerivedKeyRing(root, time);
            options.AutoGenerateKeys = false;
        });
    }
}
