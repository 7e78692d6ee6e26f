using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace UserDomain.OpenIddictPeer;

/// <summary>Users, and what OpenIddict keeps, in one store.</summary>
internal sealed class PeerStore(DbContextOptions<PeerStore> options) : IdentityDbContext<IdentityUser>(options);
