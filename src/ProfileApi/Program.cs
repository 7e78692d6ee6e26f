using UserDomain.ProfileApi;
using UserDomain.ServiceDefaults.Hosting;

return await ServiceHost.RunAsync(ProfileApi.Service, args);
